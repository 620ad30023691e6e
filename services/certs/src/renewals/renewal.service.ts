/**
 * Asks whoever issues a certificate for a new one. Off unless an operator turned it on. Who asked and what became of it stands in the
 * database first, and from there in the audit trail, whatever is away meanwhile: an entry's id is the same each time.
 */
import { randomUUID } from 'node:crypto';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { EVENTS, type AuditEntry, type Renewal, type RenewalCommanded, type RenewalRequest } from '@observatory/contracts';
import { DomainError, EventBus, KubeWriter } from '@observatory/platform';
import { CONFIG, type CertsConfig } from '../config.js';
import { span } from '../domain/lifetime.js';
import { sameEnd } from '../domain/observation.js';
import { askForRenewal } from '../domain/manual-renewal.js';
import { renewableOf } from '../domain/renewable.js';
import type { TrackedRow } from '../domain/row.js';
import { InventoryService } from '../inventory/inventory.service.js';
import { RenewalRepository, type StoredRenewal } from './renewal.repository.js';

/** What was asked for and did not come within this is called failed. */
const RENEWED_WITHIN_MS = 86_400_000;
const WEBHOOK_MS = 10_000;

@Injectable()
export class RenewalService {
  private readonly logger = new Logger(RenewalService.name);

  constructor(
    @Inject(CONFIG) private readonly config: CertsConfig,
    private readonly inventory: InventoryService,
    private readonly repository: RenewalRepository,
    private readonly bus: EventBus,
  ) {
    inventory.onPass((rows) => this.follow(rows));
  }

  /** Rejects with `certificate/renewal-off`, `certificate/not-renewable`, or what kept the request from whoever renews. */
  async request({ id, actor, reason }: RenewalRequest): Promise<Renewal> {
    const via = this.config.CERTS_RENEWAL;
    if (via === 'off') throw new DomainError('certificate/renewal-off');
    const { row } = this.inventory.row(id);
    const renewable = renewableOf(row, via);
    if (!renewable.allowed) throw new DomainError('certificate/not-renewable', { message: renewable.reason ?? 'It cannot be renewed' });
    const { cluster, namespace, name, notAfter, leaf } = row;
    const before = {
      cluster,
      name,
      notAfter,
      ...(namespace === undefined ? {} : { namespace }),
      ...(leaf ? { fingerprint: leaf.fingerprint } : {}),
    };
    const renewal: StoredRenewal = {
      id: randomUUID(),
      certificateId: id,
      via,
      state: 'requested',
      requestedAt: new Date(),
      actor,
      before,
      detail: WORDS[via],
      ...(reason === undefined ? {} : { reason }),
    };
    await this.repository.add(renewal);
    try {
      await this.ask(row, renewal);
    } catch (thrown) {
      await this.repository.settle(renewal.id, { state: 'failed', detail: (thrown as Error).message.slice(0, 1000), at: new Date() });
      throw thrown;
    } finally {
      void this.audit();
    }
    return toContract(renewal);
  }

  private async ask(row: TrackedRow, renewal: StoredRenewal): Promise<void> {
    if (renewal.via === 'certManager') return this.askCertManager(row);
    const command: RenewalCommanded = {
      ...toContract(renewal),
      ...renewal.before,
      notAfter: new Date(row.notAfter).toISOString(),
      ...(row.identity ? { spiffeId: row.identity.name } : {}),
      ...(row.leaf ? { serial: row.leaf.serial } : {}),
    };
    if (renewal.via === 'nats') return this.bus.publish(EVENTS.renewalRequested, renewal.id, command);
    await this.post(command);
  }

  private async askCertManager({ cluster, managed }: TrackedRow): Promise<void> {
    const { config } = this.inventory.clusters(cluster)[0]?.watched ?? {};
    if (!config || !managed) throw new DomainError('certificate/not-renewable', { message: 'cert-manager does not look after it' });
    const place = { apiVersion: 'cert-manager.io/v1', plural: 'certificates', namespace: managed.namespace, name: managed.name };
    await new KubeWriter(config).updateStatus(place, (object) => askForRenewal(object, new Date()));
  }

  private async post(command: RenewalCommanded): Promise<void> {
    const url = this.config.CERTS_RENEWAL_WEBHOOK;
    if (url === undefined) throw new DomainError('certificate/renewal-off', { message: 'CERTS_RENEWAL_WEBHOOK is not set' });
    let status: number;
    try {
      const headers = { 'content-type': 'application/json', 'idempotency-key': command.renewalId };
      const response = await fetch(url, {
        method: 'POST',
        body: JSON.stringify(command),
        headers,
        redirect: 'manual',
        signal: AbortSignal.timeout(WEBHOOK_MS),
      });
      await response.body?.cancel();
      status = response.status;
    } catch (cause) {
      throw new DomainError('service/unavailable', { message: 'The webhook of renewals does not answer' }, { cause });
    }
    if (status < 200 || status > 299)
      throw new DomainError('service/unavailable', { message: `The webhook of renewals answered ${status}` });
  }

  /** What became of what was asked for: seen in the inventory, as everything. */
  private async follow(rows: ReadonlyMap<string, TrackedRow>): Promise<void> {
    try {
      for (const renewal of await this.repository.open()) {
        const row = rows.get(renewal.certificateId);
        if (renewal.state !== 'requested') continue;
        const at = new Date();
        if (row && isRenewed(row, renewal))
          await this.repository.settle(renewal.id, {
            state: 'renewed',
            detail: `a new certificate was seen, until ${new Date(row.notAfter).toISOString()}`,
            at,
          });
        else if (at.getTime() - renewal.requestedAt.getTime() > RENEWED_WITHIN_MS)
          await this.repository.settle(renewal.id, {
            state: 'failed',
            detail: `no new certificate was seen within ${span(RENEWED_WITHIN_MS)}`,
            at,
          });
      }
      await this.audit();
    } catch (thrown) {
      if (!(thrown instanceof DomainError)) this.logger.error(thrown);
    }
  }

  private async audit(): Promise<void> {
    try {
      for (const renewal of await this.repository.open()) {
        if (renewal.auditedState === undefined)
          await this.bus.publish(EVENTS.auditRecorded, `renewal-${renewal.id}-requested`, entryOf(renewal, 'requested'));
        if (renewal.state !== 'requested')
          await this.bus.publish(EVENTS.auditRecorded, `renewal-${renewal.id}-${renewal.state}`, entryOf(renewal, renewal.state));
        if (renewal.auditedState !== renewal.state) await this.repository.audited(renewal.id, renewal.state);
      }
    } catch (thrown) {
      if (!(thrown instanceof DomainError)) this.logger.error(thrown);
    }
  }
}

const WORDS = {
  certManager: 'cert-manager was asked to issue it again',
  webhook: 'the webhook of renewals was told',
  nats: 'the event renewal.requested was published',
} as const;

function isRenewed(row: TrackedRow, { before }: StoredRenewal): boolean {
  if (before.fingerprint !== undefined && row.leaf) return row.leaf.fingerprint !== before.fingerprint;
  return row.notAfter > before.notAfter && !sameEnd(row.notAfter, before.notAfter);
}

function toContract({ id, certificateId, via, state, requestedAt, actor, detail }: StoredRenewal): Renewal {
  return { renewalId: id, certificateId, via, state, requestedAt: requestedAt.toISOString(), requestedBy: actor, detail };
}

function entryOf(renewal: StoredRenewal, state: Renewal['state']): AuditEntry {
  const { id, certificateId, requestedAt, settledAt, actor, before, reason, detail } = renewal;
  const { cluster, namespace, name } = before;
  const requested = state === 'requested';
  return {
    id: `renewal-${id}-${state}`,
    at: (requested ? requestedAt : (settledAt ?? requestedAt)).toISOString(),
    actor,
    action: requested ? 'renewal.requested' : 'renewal.ended',
    target: { kind: 'certificate', id: certificateId, cluster, name, ...(namespace === undefined ? {} : { namespace }) },
    outcome: requested ? 'requested' : state === 'renewed' ? 'done' : 'failed',
    detail: requested ? `${WORDS[renewal.via]}${reason === undefined ? '' : `: ${reason}`}` : detail,
  };
}
