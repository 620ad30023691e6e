/**
 * Policies between the contract and proto: an absent list is an empty one there, nested facts of a request are flat.
 * Invariant: a request that goes to proto and back is the one that it was, external authorizers and filter metadata apart.
 */
import type {
  FlowChange,
  PolicyChanged,
  PolicyDiagnostic,
  PolicyListReply,
  PolicyRequest,
  PolicySummary,
  PolicyVersion,
  PolicyWhatIfReply,
  RequestDecision,
  WhatIfSummary,
} from '@observatory/contracts';
import { sourcesToProto, type PolicyProto } from '@observatory/proto';

/** For zod to parse: an empty string, 0 and an absent message are proto's way to say nothing. */
export function said(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined && value !== null && value !== '' && value !== 0),
  );
}

function summaryToProto({ kind, namespace, name, problems, selects, ...rest }: PolicySummary): PolicyProto.Policy {
  return { ...rest, ref: { kind, namespace, name }, selects: selects ?? undefined, errors: problems.errors, warnings: problems.warnings };
}

export function listToProto({ generatedAt, sources, policies, nextCursor }: PolicyListReply): PolicyProto.ListPoliciesResponse {
  return { generatedAt, sources: sourcesToProto(sources), policies: policies.map(summaryToProto), nextCursor };
}

export const versionToProto = (version: PolicyVersion): PolicyProto.PolicyVersion => ({ ...version });

export function changedToProto({ cluster, kind, namespace, name, ...version }: PolicyChanged): PolicyProto.PolicyChanged {
  return { cluster, ref: { kind, namespace, name }, version: versionToProto(version) };
}

export const diagnosticToProto = (diagnostic: PolicyDiagnostic): PolicyProto.Diagnostic => ({ ...diagnostic });

export function decisionToProto({ id, decision, decidedBy, reason, missing = [] }: RequestDecision): PolicyProto.Decision {
  const by = decidedBy && { kind: decidedBy.kind, namespace: decidedBy.namespace, name: decidedBy.name };
  return { id, decision, decidedBy: by, rule: decidedBy?.rule, reason, missing };
}

export function requestToProto(request: PolicyRequest): PolicyProto.Request {
  const { id, protocol, source, host, port, method, path, headers = {}, jwt, sni, destinationIp, unknown = [] } = request;
  return {
    id,
    protocol,
    principal: source.principal,
    sourceNamespace: source.namespace,
    sourceIp: source.ip,
    remoteIp: source.remoteIp,
    host,
    port,
    method,
    path,
    headers,
    claimsJson: jwt?.claims && JSON.stringify(jwt.claims),
    sni,
    destinationIp,
    unknown,
  };
}

/** For zod to parse; claims that are no JSON become a string, which zod refuses by its place. */
export function requestFromProto(request: PolicyProto.Request): Record<string, unknown> {
  const {
    id,
    protocol,
    principal,
    sourceNamespace,
    sourceIp,
    remoteIp,
    host,
    port,
    method,
    path,
    headers,
    claimsJson,
    sni,
    destinationIp,
  } = request;
  const source = said({ principal, namespace: sourceNamespace, ip: sourceIp, remoteIp });
  const { unknown } = request;
  return {
    ...said({ id, host, port, method, path, sni, destinationIp }),
    protocol,
    source,
    ...(headers && Object.keys(headers).length > 0 ? { headers } : {}),
    ...(claimsJson ? { jwt: { claims: parsed(claimsJson) } } : {}),
    ...(unknown && unknown.length > 0 ? { unknown } : {}),
  };
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return json;
  }
}

function changeToProto({ flow, verdict, current, proposed }: FlowChange): PolicyProto.FlowChange {
  const { id, edgeId, source, target, requestsPerSecond, lastSeen, request } = flow;
  return {
    id,
    edgeId,
    source: source.id,
    target: target.id,
    verdict,
    requestsPerSecond,
    lastSeen,
    request: requestToProto(request),
    current: decisionToProto(current),
    proposed: decisionToProto(proposed),
  };
}

const tallyToProto = ({ flows, requestsPerSecond }: WhatIfSummary['unchanged']): PolicyProto.Tally => ({ flows, requestsPerSecond });

export function whatIfToProto({
  generatedAt,
  sources,
  coverage,
  summary,
  flows,
  flowsOmitted,
  diagnostics,
}: PolicyWhatIfReply): PolicyProto.WhatIfResponse {
  return {
    generatedAt,
    sources: sourcesToProto(sources),
    from: coverage.from,
    to: coverage.to,
    operationsKnownRatio: coverage.operationsKnownRatio,
    newlyDenied: tallyToProto(summary.newlyDenied),
    newlyAllowed: tallyToProto(summary.newlyAllowed),
    undecidable: tallyToProto(summary.undecidable),
    unchanged: tallyToProto(summary.unchanged),
    flows: flows.map(changeToProto),
    flowsOmitted,
    diagnostics: diagnostics.map(diagnosticToProto),
  };
}
