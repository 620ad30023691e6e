/** The certs service's door on gRPC: the same answers as on NATS. */
import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import {
  certificateAlertListRequest,
  certificateGetRequest,
  certificateListRequest,
  certificateSummaryRequest,
  type CertificateList,
  type CertificateSummary,
} from '@observatory/contracts';
import { parseRequest, type JsonBytes } from '@observatory/platform';
import type { CertsProto } from '@observatory/proto';
import { CertificatesService } from './certificates.service.js';
import { alertToProto, detailToProto, listToProto, said, summaryToProto } from './certs.mapper.js';

const SERVICE = 'CertsService';
const read = <T>({ bytes }: JsonBytes): T => JSON.parse(Buffer.from(bytes).toString('utf8')) as T;

@Controller()
export class CertsGrpcController {
  constructor(private readonly certificates: CertificatesService) {}

  @GrpcMethod(SERVICE, 'ListCertificates')
  async list(request: CertsProto.ListCertificatesRequest): Promise<CertsProto.ListCertificatesResponse> {
    return listToProto(read<CertificateList>(await this.certificates.list(parseRequest(certificateListRequest, said({ ...request })))));
  }

  @GrpcMethod(SERVICE, 'GetCertificate')
  async get(request: CertsProto.GetCertificateRequest): Promise<CertsProto.GetCertificateResponse> {
    return detailToProto(await this.certificates.get(parseRequest(certificateGetRequest, request).id));
  }

  @GrpcMethod(SERVICE, 'GetSummary')
  async summary(request: CertsProto.GetSummaryRequest): Promise<CertsProto.GetSummaryResponse> {
    return summaryToProto(
      read<CertificateSummary>(await this.certificates.summary(parseRequest(certificateSummaryRequest, said({ ...request })))),
    );
  }

  @GrpcMethod(SERVICE, 'ListAlerts')
  async alerts(request: CertsProto.ListAlertsRequest): Promise<CertsProto.ListAlertsResponse> {
    const { generatedAt, total, alerts, nextCursor } = await this.certificates.alertList(
      parseRequest(certificateAlertListRequest, said({ ...request })),
    );
    return { generatedAt, total, alerts: alerts.map(alertToProto), nextCursor };
  }
}
