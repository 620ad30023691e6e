/** Scores of everything as of the last window, and how much was learned. From memory: every replica scores. */
import { Injectable } from '@nestjs/common';
import type { BaselineReply, BaselineRequest, BaselineStage, ScoresReply, ScoresRequest } from '@observatory/contracts';
import { ALERT_SCORE } from '@observatory/detect';
import { DetectionService, type Watched } from '../detection/detection.service.js';
import { Settings } from '../detection/settings.js';
import type { SubjectScore } from '../domain/finding.js';
import { IncidentReader } from '../incidents/incident.reader.js';
import { Head } from './head.service.js';
import { SERIES_PER_SUBJECT } from '../domain/signals.js';

/** Of numbers on the map: more digits are noise. */
const round = (score: number): number => Math.round(score * 1000) / 1000;

@Injectable()
export class ScoreAnswers {
  constructor(
    private readonly detection: DetectionService,
    private readonly settings: Settings,
    private readonly reader: IncidentReader,
    private readonly head: Head,
  ) {}

  async scores({ cluster, namespaces, minimumScore }: ScoresRequest): Promise<ScoresReply> {
    const watched = this.watched(cluster);
    const incidents = await this.reader.liveBySubject().catch(() => new Map<string, string>());
    const wanted = new Set(namespaces);
    const nodes: ScoresReply['nodes'] = [];
    const edges: ScoresReply['edges'] = [];
    for (const { latest } of watched)
      for (const scored of latest?.scores ?? []) {
        if ((scored.score ?? 0) < minimumScore || !isIn(scored, wanted)) continue;
        const { kind, id, sourceId, targetId } = scored.subject;
        const about = aboutOf(scored, incidents.get(id));
        if (kind === 'node') nodes.push({ id, ...about });
        else edges.push({ id, source: sourceId ?? '', target: targetId, ...about });
      }
    const newest = Math.max(0, ...watched.map(({ latest }) => latest?.atMs ?? 0));
    return { ...this.head.of(cluster), at: newest === 0 ? null : new Date(newest).toISOString(), threshold: ALERT_SCORE, nodes, edges };
  }

  baseline({ cluster }: BaselineRequest): BaselineReply {
    const watched = this.watched(cluster);
    const stages: Record<BaselineStage, number> = { new: 0, learning: 0, daily: 0, seasonal: 0 };
    for (const { latest } of watched) for (const { stage } of latest?.scores ?? []) stages[stage] += 1;
    const subjects = watched.reduce((sum, { detector }) => sum + detector.scorer.subjects.size, 0);
    const newest = (of: (one: Watched) => number | undefined) => {
      const known = watched.map(of).filter((value) => value !== undefined);
      return known.length === 0 ? null : Math.max(...known);
    };
    const savedMs = newest(({ savedAt }) => savedAt?.getTime());
    return {
      ...this.head.of(cluster),
      config: this.settings.detection,
      threshold: ALERT_SCORE,
      subjects,
      series: subjects * SERIES_PER_SUBJECT,
      stages,
      clusters: watched.map(({ cluster: name, detector, state, detail, latest }) => ({
        cluster: name,
        historySec: Math.round(detector.scorer.historySec),
        state,
        lastWindowAt: latest ? new Date(latest.atMs).toISOString() : null,
        ...(detail === undefined ? {} : { detail }),
      })),
      lastPassMs: newest(({ passMs }) => passMs),
      lastDelayMs: newest(({ delayMs }) => delayMs),
      lastDelayFromCloseMs: newest(({ delayFromCloseMs }) => delayFromCloseMs),
      savedAt: savedMs === null ? null : new Date(savedMs).toISOString(),
    };
  }

  private watched(cluster: string | undefined): Watched[] {
    return this.detection.all().filter((one) => cluster === undefined || one.cluster === cluster);
  }
}

function isIn({ subject: { source, target } }: SubjectScore, namespaces: ReadonlySet<string>): boolean {
  return namespaces.size === 0 || namespaces.has(target.namespace) || (source !== undefined && namespaces.has(source.namespace));
}

function aboutOf({ score, stage, signal, type }: SubjectScore, incidentId: string | undefined) {
  return {
    score: score === null ? null : round(score),
    stage,
    ...(signal ? { signal } : {}),
    ...(type ? { type } : {}),
    ...(incidentId === undefined ? {} : { incidentId }),
  };
}
