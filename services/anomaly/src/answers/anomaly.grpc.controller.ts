/** The anomaly service's door on gRPC: the same answers as on NATS. */
import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { INCIDENT_EVENTS, incidentGetRequest, incidentListRequest, scoresRequest } from '@observatory/contracts';
import { EventBus, parseRequest } from '@observatory/platform';
import { sourcesToProto, type AnomalyProto } from '@observatory/proto';
import { Observable } from 'rxjs';
import { eventToProto, incidentToProto, said, scoreToProto, summaryToProto } from './anomaly.mapper.js';
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
    return { generatedAt, sources: sourcesToProto(sources), incidents: incidents.map(summaryToProto), nextCursor };
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
      sources: sourcesToProto(sources),
      at: at ?? undefined,
      threshold,
      nodes: nodes.map(scoreToProto),
      edges: edges.map(scoreToProto),
    };
  }

  @GrpcMethod(SERVICE, 'WatchIncidents')
  watchIncidents(): Observable<AnomalyProto.IncidentEvent> {
    return new Observable((reader) => {
      return this.events.follow(INCIDENT_EVENTS, new Date(), (event) => reader.next(eventToProto(event)));
    });
  }
}
