/** The certs service's door on NATS. */
import { Controller } from '@nestjs/common';
import {
  CERTS_SUBJECTS,
  type CertificateAlertListRequest,
  type CertificateCoverageRequest,
  type CertificateGetRequest,
  type CertificateHealthRequest,
  type CertificateListRequest,
  type CertificateSummaryRequest,
  type CertificateTimelineRequest,
  type RenewalRequest,
} from '@observatory/contracts';
import { Answers, Asked } from '@observatory/platform';
import { RenewalService } from '../renewals/renewal.service.js';
import { CertificatesService } from './certificates.service.js';

@Controller()
export class CertsController {
  constructor(
    private readonly certificates: CertificatesService,
    private readonly renewals: RenewalService,
  ) {}

  @Answers(CERTS_SUBJECTS.certificateList)
  list(@Asked(CERTS_SUBJECTS.certificateList) request: CertificateListRequest) {
    return this.certificates.list(request);
  }

  @Answers(CERTS_SUBJECTS.certificateGet)
  get(@Asked(CERTS_SUBJECTS.certificateGet) { id }: CertificateGetRequest) {
    return this.certificates.get(id);
  }

  @Answers(CERTS_SUBJECTS.summaryGet)
  summary(@Asked(CERTS_SUBJECTS.summaryGet) request: CertificateSummaryRequest) {
    return this.certificates.summary(request);
  }

  @Answers(CERTS_SUBJECTS.timelineGet)
  timeline(@Asked(CERTS_SUBJECTS.timelineGet) request: CertificateTimelineRequest) {
    return this.certificates.timeline(request);
  }

  @Answers(CERTS_SUBJECTS.coverageGet)
  coverage(@Asked(CERTS_SUBJECTS.coverageGet) request: CertificateCoverageRequest) {
    return this.certificates.coverage(request);
  }

  @Answers(CERTS_SUBJECTS.healthGet)
  health(@Asked(CERTS_SUBJECTS.healthGet) request: CertificateHealthRequest) {
    return this.certificates.health(request);
  }

  @Answers(CERTS_SUBJECTS.alertList)
  alerts(@Asked(CERTS_SUBJECTS.alertList) request: CertificateAlertListRequest) {
    return this.certificates.alertList(request);
  }

  @Answers(CERTS_SUBJECTS.renew)
  renew(@Asked(CERTS_SUBJECTS.renew) request: RenewalRequest) {
    return this.renewals.request(request);
  }
}
