/** Incidents and anomalies as they are asked for. */
import { Injectable } from '@nestjs/common';
import type {
  AnomalyGetReply,
  AnomalyListReply,
  AnomalyListRequest,
  IncidentGetReply,
  IncidentListReply,
  IncidentListRequest,
  IncidentSummary,
  IncidentTimelineReply,
  IncidentTimelineRequest,
} from '@observatory/contracts';
import { DomainError } from '@observatory/platform';
import { IncidentReader } from '../incidents/incident.reader.js';
import { timelineOf } from '../domain/timeline.js';
import { Head } from './head.service.js';

const DAY_MS = 86_400_000;
const TIMELINE_INCIDENTS_MAX = 1000;
const STEPS = 200;

@Injectable()
export class IncidentAnswers {
  constructor(
    private readonly reader: IncidentReader,
    private readonly head: Head,
  ) {}

  async list(request: IncidentListRequest): Promise<IncidentListReply> {
    const { items, nextCursor } = await this.reader.incidents(request);
    return { ...this.head.of(request.cluster), incidents: items, ...(nextCursor === undefined ? {} : { nextCursor }) };
  }

  async get(id: string): Promise<IncidentGetReply> {
    const incident = await this.reader.incident(id);
    if (!incident) throw new DomainError('resource/not-found', { message: `There is no incident ${id}` });
    return { ...this.head.of(), incident };
  }

  async anomalies(request: AnomalyListRequest): Promise<AnomalyListReply> {
    const { items, nextCursor } = await this.reader.anomalies(request);
    return { ...this.head.of(request.cluster), anomalies: items, ...(nextCursor === undefined ? {} : { nextCursor }) };
  }

  async anomaly(id: string): Promise<AnomalyGetReply> {
    const anomaly = await this.reader.anomaly(id);
    if (!anomaly) throw new DomainError('resource/not-found', { message: `There is no anomaly ${id}` });
    return { ...this.head.of(anomaly.subject.cluster), anomaly };
  }

  async timeline({ from, to, stepSec, cluster }: IncidentTimelineRequest): Promise<IncidentTimelineReply> {
    const end = to === undefined ? Date.now() : Date.parse(to);
    const begin = from === undefined ? end - DAY_MS : Date.parse(from);
    const step = stepSec ?? Math.max(30, Math.ceil((end - begin) / 1000 / STEPS / 30) * 30);
    if ((end - begin) / 1000 / step > 10 * STEPS) throw new DomainError('request/invalid', { message: 'stepSec: too short for the span' });
    const within = { from: new Date(begin), to: new Date(end), cluster, limit: TIMELINE_INCIDENTS_MAX };
    const incidents: IncidentSummary[] = await this.reader.touching(within);
    const span = { from: within.from.toISOString(), to: within.to.toISOString(), stepSec: step };
    return { ...this.head.of(cluster), ...span, ...timelineOf(incidents, { beginMs: begin, endMs: end, stepSec: step }), incidents };
  }
}
