/** What every answer begins with: when, and how fresh the windows are that it rests on. */
import { Injectable } from '@nestjs/common';
import type { SourceFreshness } from '@observatory/contracts';
import { DetectionService } from '../detection/detection.service.js';

/** So many windows without a new one, and what we say is old. */
const STALE_AFTER_WINDOWS = 3;

@Injectable()
export class Head {
  constructor(private readonly detection: DetectionService) {}

  of(cluster?: string): { generatedAt: string; sources: SourceFreshness[] } {
    const now = Date.now();
    const watched = this.detection.all().filter((one) => cluster === undefined || one.cluster === cluster);
    const sources = watched.flatMap(({ sources: read, latest, windowSec, cluster: name }): SourceFreshness[] => {
      const silentMs = now - (latest?.atMs ?? 0);
      if (silentMs <= STALE_AFTER_WINDOWS * windowSec * 1000) return [...read];
      const freshAt = latest ? new Date(latest.atMs).toISOString() : null;
      return [{ name: 'windows', cluster: name, freshAt, state: 'stale', detail: 'no window has closed lately' }];
    });
    return { generatedAt: new Date(now).toISOString(), sources };
  }
}
