/** Answers about the inventory: from memory, through the cache. */
import { Inject, Injectable } from '@nestjs/common';
import {
  CERTS_SUBJECTS,
  type Certificate,
  type CertificateAlert,
  type CertificateAlertList,
  type CertificateAlertListRequest,
  type CertificateCoverageRequest,
  type CertificateDetail,
  type CertificateHealthRequest,
  type CertificateListRequest,
  type CertificateSummaryRequest,
  type CertificateTimelineRequest,
} from '@observatory/contracts';
import { AlertBook, DomainError, type JsonBytes } from '@observatory/platform';
import { CONFIG, type CertsConfig } from '../config.js';
import { alertToContract } from '../domain/alert-contract.js';
import { wantedAlerts } from '../domain/alerts.js';
import { detailOf } from '../domain/detail.js';
import { renewableOf } from '../domain/renewable.js';
import { toCertificate, type TrackedRow } from '../domain/row.js';
import { pageOf, selectRows } from '../domain/select.js';
import { summarise, timeline, workloadHealth } from '../domain/summary.js';
import { InventoryService } from '../inventory/inventory.service.js';
import { presentOf, VersionRepository } from '../inventory/version.repository.js';
import { AnswerCache } from './answer-cache.js';
import { CoverageService } from './coverage.service.js';

@Injectable()
export class CertificatesService {
  constructor(
    @Inject(CONFIG) private readonly config: CertsConfig,
    private readonly inventory: InventoryService,
    private readonly coverages: CoverageService,
    private readonly versions: VersionRepository,
    private readonly alerts: AlertBook,
    private readonly cache: AnswerCache,
  ) {}

  list(request: CertificateListRequest): Promise<JsonBytes> {
    return this.cache.answer(CERTS_SUBJECTS.certificateList.subject, request, () => {
      const now = Date.now();
      const selected = selectRows(this.inventory.rows(request.cluster), request, now);
      const { page, nextCursor } = pageOf(selected, request);
      const certificates = page.map((row) => this.certificate(row, now));
      return {
        ...this.head(request.cluster, now),
        total: selected.length,
        certificates,
        ...(nextCursor === undefined ? {} : { nextCursor }),
      };
    });
  }

  summary(request: CertificateSummaryRequest): Promise<JsonBytes> {
    return this.cache.answer(CERTS_SUBJECTS.summaryGet.subject, request, () => {
      const now = Date.now();
      const rows = selectRows(this.inventory.rows(request.cluster), request, now);
      const { workloads, observed } = this.coverages.coverage(request);
      return {
        ...this.head(request.cluster, now),
        ...summarise(rows, now),
        openAlerts: wantedAlerts(rows, now).length,
        coverage: { workloads, observed },
        cacheHitRatio: this.cache.hitRatio,
      };
    });
  }

  timeline(request: CertificateTimelineRequest): Promise<JsonBytes> {
    return this.cache.answer(CERTS_SUBJECTS.timelineGet.subject, request, () => {
      const now = Date.now();
      const selected = selectRows(this.inventory.rows(request.cluster), request, now);
      const { ending, ...rest } = timeline(request.leafs ? selected : selected.filter(({ kind }) => kind !== 'workload'), {
        now,
        days: request.days,
      });
      return { ...this.head(request.cluster, now), ...rest, items: ending.map((row) => this.certificate(row, now)) };
    });
  }

  coverage(request: CertificateCoverageRequest): Promise<JsonBytes> {
    return this.cache.answer(CERTS_SUBJECTS.coverageGet.subject, request, () => ({
      ...this.head(request.cluster, Date.now()),
      ...this.coverages.coverage(request),
    }));
  }

  health(request: CertificateHealthRequest): Promise<JsonBytes> {
    return this.cache.answer(CERTS_SUBJECTS.healthGet.subject, request, () => {
      const now = Date.now();
      return {
        ...this.head(request.cluster, now),
        workloads: workloadHealth(this.inventory.rows(request.cluster), now),
        unobserved: this.coverages.unobserved(request.cluster),
      };
    });
  }

  async get(id: string): Promise<CertificateDetail> {
    const now = Date.now();
    const { row, inventory } = this.inventory.row(id);
    // Without a database the present one is all that is known.
    const history = await this.versions.history(row).catch((thrown: unknown) => {
      if (!(thrown instanceof DomainError)) throw thrown;
      return [presentOf(row)];
    });
    return {
      ...this.head(row.cluster, now),
      certificate: this.certificate(row, now),
      ...detailOf(row, { roots: inventory.roots, rows: inventory.rows }),
      history,
    };
  }

  async alertList(request: CertificateAlertListRequest): Promise<CertificateAlertList> {
    const { state, cluster, namespace, namespaces, certificateId, limit } = request;
    const labels = Object.fromEntries(
      Object.entries({ cluster, namespace, certificate: certificateId }).filter(([, value]) => value !== undefined),
    ) as Record<string, string>;
    const after = request.cursor === undefined ? undefined : readCursor(request.cursor);
    const { total, alerts } = await this.alerts.list({
      state,
      labels,
      limit,
      ...(namespaces?.length ? { oneOf: { label: 'namespace', values: namespaces } } : {}),
      ...(after ? { after } : {}),
    });
    const deliveries = await this.alerts.deliveries(alerts.map(({ id }) => id));
    const shown = alerts.map((alert): CertificateAlert => ({
      ...alertToContract(alert),
      deliveries: deliveries
        .filter(({ alertId }) => alertId === alert.id)
        .map(({ alertId: _, at, ...delivery }) => ({ ...delivery, at: at.toISOString() })),
    }));
    const last = alerts.at(-1);
    const nextCursor =
      alerts.length === limit && last ? Buffer.from(`${last.raisedAt.toISOString()} ${last.id}`).toString('base64url') : undefined;
    return { ...this.head(cluster, Date.now()), total, alerts: shown, ...(nextCursor === undefined ? {} : { nextCursor }) };
  }

  private certificate(row: TrackedRow, now: number): Certificate {
    return toCertificate(row, now, (of) => renewableOf(of, this.config.CERTS_RENEWAL));
  }

  private head(cluster: string | undefined, now: number) {
    return { generatedAt: new Date(now).toISOString(), sources: this.inventory.sources(cluster) };
  }
}

function readCursor(cursor: string): { raisedAt: string; id: string } {
  const [raisedAt, id] = Buffer.from(cursor, 'base64url').toString('utf8').split(' ');
  if (raisedAt === undefined || Number.isNaN(Date.parse(raisedAt)) || !/^[0-9a-f-]{36}$/.test(id ?? ''))
    throw new DomainError('request/invalid', { message: 'cursor: is not one of ours' });
  return { raisedAt, id: id as string };
}
