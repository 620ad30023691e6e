/** Between the contract and gRPC. Absent stays absent; a proto3 scalar that was not said comes as its zero, and is not a question. */
import type { Certificate, CertificateAlert, CertificateDetail, CertificateList, CertificateSummary } from '@observatory/contracts';
import { sourcesToProto, type CertsProto } from '@observatory/proto';

/** What somebody really said. */
export function said(request: Record<string, unknown>): Record<string, unknown> {
  const isSaid = (value: unknown) =>
    value !== undefined && value !== '' && value !== 0 && value !== false && !(Array.isArray(value) && value.length === 0);
  return Object.fromEntries(Object.entries(request).filter(([, value]) => isSaid(value)));
}

export function certificateToProto(certificate: Certificate): CertsProto.Certificate {
  const { remainingSec, problems, renewable: _, ...rest } = certificate;
  return {
    ...rest,
    namespace: rest.namespace,
    workload: rest.workload,
    workloadId: rest.workloadId,
    spiffeId: rest.spiffeId,
    trustDomain: rest.trustDomain,
    subject: rest.subject,
    issuer: rest.issuer,
    serial: rest.serial,
    fingerprint: rest.fingerprint,
    notBefore: rest.notBefore,
    lifetimeSec: rest.lifetimeSec,
    remainingSec,
    thresholdDays: rest.thresholdDays,
    renewalAt: rest.renewalAt,
    keyAlgorithm: rest.keyAlgorithm,
    keyBits: rest.keyBits,
    signatureAlgorithm: rest.signatureAlgorithm,
    problems: problems.map(({ code, severity, message }) => ({ code, severity, message })),
  };
}

export function listToProto({
  generatedAt,
  sources,
  total,
  certificates,
  nextCursor,
}: CertificateList): CertsProto.ListCertificatesResponse {
  return { generatedAt, sources: sourcesToProto(sources), total, certificates: certificates.map(certificateToProto), nextCursor };
}

export function detailToProto(detail: CertificateDetail): CertsProto.GetCertificateResponse {
  const { generatedAt, sources, certificate, chain, trust, uris, pem, sightings, history } = detail;
  return {
    generatedAt,
    sources: sourcesToProto(sources),
    certificate: certificateToProto(certificate),
    chain: chain.map(({ keyBits, certificateId, ...link }) => ({ ...link, keyBits: keyBits ?? undefined, certificateId })),
    trust: trust.state,
    trustMessage: trust.message,
    uris,
    pem,
    sightings: sightings.map(({ source, place, namespace, pod, tlsVersion, observedAt }) => ({
      source,
      place,
      namespace,
      pod,
      tlsVersion,
      observedAt,
    })),
    history: history.map(({ fingerprint, serial, notBefore, notAfter, firstSeenAt, lastSeenAt }) => ({
      fingerprint,
      serial,
      notBefore,
      notAfter,
      firstSeenAt,
      lastSeenAt,
    })),
  };
}

export function summaryToProto(summary: CertificateSummary): CertsProto.GetSummaryResponse {
  const { generatedAt, sources, total, byStatus, byKind, byDaysLeft, openAlerts, coverage } = summary;
  return {
    generatedAt,
    sources: sourcesToProto(sources),
    total,
    byStatus,
    byKind,
    byDaysLeft: byDaysLeft.map(({ upToDays, certificates }) => ({ upToDays: upToDays ?? undefined, certificates })),
    openAlerts,
    workloads: coverage.workloads,
    workloadsObserved: coverage.observed,
  };
}

export function alertToProto(alert: CertificateAlert): CertsProto.Alert {
  const { id, rule, severity, state, cluster, name, title, detail, raisedAt } = alert;
  const { certificateId, namespace, withdrawnAt, withdrawnBecause } = alert;
  return { id, rule, severity, state, cluster, name, title, detail, raisedAt, certificateId, namespace, withdrawnAt, withdrawnBecause };
}
