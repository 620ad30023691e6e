/** How each cluster is covered, worked out in the engine's thread and kept until its objects change, or a minute: traffic goes on. */
import { Injectable, Logger } from '@nestjs/common';
import { ClusterInputs } from '../clusters/cluster-inputs.service.js';
import type { ClusterInput, Coverage } from '../engine/jobs.js';
import { EngineService } from '../engine/engine.service.js';
import { RecordingService, type CoveredRecording } from '../flows/recording.service.js';

const KEPT_MS = 60_000;
/** Without a recording the next look is sooner: metrics may be about to come. */
const KEPT_WITHOUT_MS = 5_000;
const DAY_MS = 86_400_000;

export interface KeptCoverage extends Coverage {
  /** Days that the recording covers; null: there is none. */
  readonly usageDays: number | null;
  readonly usageDetail: string;
}
interface Kept {
  readonly input: ClusterInput;
  readonly until: number;
  readonly load: Promise<KeptCoverage>;
}

@Injectable()
export class CoverageService {
  private readonly logger = new Logger(CoverageService.name);
  private readonly kept = new Map<string, Kept>();

  constructor(
    private readonly inputs: ClusterInputs,
    private readonly engine: EngineService,
    private readonly recordings: RecordingService,
  ) {}

  of(cluster: string): Promise<KeptCoverage> {
    const input = this.inputs.of(cluster);
    const kept = this.kept.get(cluster);
    if (kept && kept.input === input && kept.until > Date.now()) return kept.load;
    const load = this.load(cluster, input);
    this.kept.set(cluster, { input, until: Date.now() + KEPT_MS, load });
    load.then(
      (coverage) => {
        if (coverage.usageDays === null) this.kept.set(cluster, { input, until: Date.now() + KEPT_WITHOUT_MS, load });
      },
      () => this.kept.delete(cluster),
    );
    return load;
  }

  /** Undefined where metrics do not answer: then nothing is said about use. */
  async recordingOf(cluster: string): Promise<CoveredRecording | undefined> {
    try {
      return await this.recordings.get(cluster, {});
    } catch (thrown) {
      this.logger.debug(`flows of ${cluster}: ${(thrown as Error).message}`);
      return undefined;
    }
  }

  private async load(cluster: string, input: ClusterInput): Promise<KeptCoverage> {
    const covered = await this.recordingOf(cluster);
    const recording = covered && covered.coverage.windowsPresent > 0 ? covered.recording : undefined;
    const coverage = await this.engine.ask('cover', { cluster: input, recording });
    if (!covered || !recording)
      return { ...coverage, usageDays: null, usageDetail: covered ? 'no traffic is recorded yet' : 'the metrics service does not answer' };
    const { from, to, windowsExpected, windowsPresent } = covered.coverage;
    const days = ((Date.parse(to) - Date.parse(from)) / DAY_MS) * Math.min(1, windowsPresent / windowsExpected);
    return { ...coverage, usageDays: days, usageDetail: `${days.toFixed(1)} days of traffic are recorded` };
  }
}
