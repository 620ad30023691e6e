/** The anomaly service's door on gRPC: the same answers as on NATS. */
import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { EVENTS, incidentGetRequest, incidentListRequest, scoresRequest, type IncidentEvent } from '@observatory/contracts';
import { EventBus, parseRequest } from '@observatory/platform';
import type { AnomalyProto } from '@observatory/proto';
import { Observable } from 'rxjs';
import { eventToProto, incidentToProto, said, scoreToProto, sourceToProto, summaryToProto } from './anomaly.mapper.js';
import { IncidentAnswers } from './incident-answers.service.js';
import { ScoreAnswers } from './score-answers.service.js';

const SERVICE = 'AnomalyService';

@Controller()
export class AnomalyGrpcController {
  constructor(
    private readonly incidents: IncidentAnswers,
    private readonly scoring: ScoreAnswers,
    private readonly events: EventBus,
  ) {}

  @GrpcMethod(SERVICE, 'ListIncidents')
  async listIncidents(request: AnomalyProto.ListIncidentsRequest): Promise<AnomalyProto.ListIncidentsResponse> {
    const { generatedAt, sources, incidents, nextCursor } = await this.incidents.list(parseRequest(incidentListRequest, said(request)));
    return { generatedAt, sources: sources.map(sourceToProto), incidents: incidents.map(summaryToProto), nextCursor };
  }

  @GrpcMethod(SERVICE, 'GetIncident')
  async getIncident(request: AnomalyProto.GetIncidentRequest): Promise<AnomalyProto.Incident> {
    const { incident } = await this.incidents.get(parseRequest(incidentGetRequest, request).id);
    return incidentToProto(incident);
  }

  @GrpcMethod(SERVICE, 'ListScores')
  async listScores(request: AnomalyProto.ListScoresRequest): Promise<AnomalyProto.ListScoresResponse> {
    const { generatedAt, sources, at, threshold, nodes, edges } = await this.scoring.scores(parseRequest(scoresRequest, said(request)));
    return {
      generatedAt,
      sources: sources.map(sourceToProto),
      at: at ?? undefined,
      threshold,
      nodes: nodes.map(scoreToProto),
      edges: edges.map(scoreToProto),
    };
  }

  @GrpcMethod(SERVICE, 'WatchIncidents')
  watchIncidents(): Observable<AnomalyProto.IncidentEvent> {
    return new Observable((reader) => {
      const tell = (event: IncidentEvent) => reader.next(eventToProto(event));
      const now = new Date();
      const ends = [EVENTS.incidentRaised, EVENTS.incidentUpdated, EVENTS.incidentClosed].map((event) =>
        this.events.follow(event, now, tell),
      );
      return () => ends.forEach((end) => end());
    });
  }
}
