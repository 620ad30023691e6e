/**
 * The request of the sandbox as fields of a form, and back. A fact left empty is absent (no header, no identity),
 * unless it is named in `unknown`: then the engine decides under every value it could have.
 * Invariant: `formOf(requestOf(form).request)` is the form, and what cannot be read is a problem, not a guess.
 */
import type { PolicyFlow, PolicyRequest } from '@observatory/contracts';

export interface RequestForm {
  protocol: 'http' | 'tcp';
  principal: string;
  namespace: string;
  ip: string;
  remoteIp: string;
  host: string;
  port: string;
  method: string;
  path: string;
  /** A header a line, `name: value`. */
  headers: string;
  jwtPrincipal: string;
  audiences: string;
  /** JSON. */
  claims: string;
  sni: string;
  unknown: string[];
}
export type TextField = Exclude<keyof RequestForm, 'protocol' | 'unknown'>;

export const EMPTY_FORM: RequestForm = {
  protocol: 'http',
  principal: '',
  namespace: '',
  ip: '',
  remoteIp: '',
  host: '',
  port: '',
  method: 'GET',
  path: '/',
  headers: '',
  jwtPrincipal: '',
  audiences: '',
  claims: '',
  sni: '',
  unknown: [],
};

/** The fact of the engine that each field states. */
export const FACTS: Record<TextField, string> = {
  principal: 'source.principal',
  namespace: 'source.namespace',
  ip: 'source.ip',
  remoteIp: 'source.remoteIp',
  host: 'host',
  port: 'port',
  method: 'method',
  path: 'path',
  headers: 'headers',
  jwtPrincipal: 'jwt',
  audiences: 'jwt',
  claims: 'jwt',
  sni: 'sni',
};

export const FACT_WORDS: Record<string, string> = {
  'source.principal': 'identity of the caller',
  'source.namespace': 'namespace of the caller',
  'source.ip': 'address of the connection',
  'source.remoteIp': 'address of the client',
  destinationIp: 'address that was called',
  host: 'host',
  port: 'port',
  method: 'method',
  path: 'path',
  headers: 'headers',
  jwt: 'token',
  sni: 'name in the TLS handshake',
  extAuthz: 'answer of an external authorizer',
  filterMetadata: 'metadata of filters',
  'source.labels': "labels of the caller's pod",
  'source.namespaceLabels': "labels of the caller's namespace",
  'destination.namespaceLabels': "labels of the workload's namespace",
  'workload.ports': 'names of the ports of the workload',
  'linkerd default policy': "Linkerd's default policy, which the cluster does not tell",
};

export function formOf({ protocol, source, host, port, method, path, headers, jwt, sni, unknown }: PolicyRequest): RequestForm {
  return {
    protocol,
    principal: source.principal ?? '',
    namespace: source.namespace ?? '',
    ip: source.ip ?? '',
    remoteIp: source.remoteIp ?? '',
    host: host ?? '',
    port: port === undefined ? '' : String(port),
    method: method ?? '',
    path: path ?? '',
    headers: Object.entries(headers ?? {})
      .map(([name, value]) => `${name}: ${value}`)
      .join('\n'),
    jwtPrincipal: jwt?.principal ?? '',
    audiences: (jwt?.audiences ?? []).join(', '),
    claims: jwt?.claims === undefined ? '' : JSON.stringify(jwt.claims),
    sni: sni ?? '',
    unknown: [...(unknown ?? [])],
  };
}

interface Problem {
  field: TextField;
  message: string;
}

function headersOf(text: string, problems: Problem[]): Record<string, string> | undefined {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const pairs = lines.map((line) => /^([^:\s]+)\s*:\s*(.*)$/u.exec(line.trim()));
  const wrong = pairs.findIndex((pair) => pair === null);
  if (wrong !== -1) problems.push({ field: 'headers', message: `Header ${wrong + 1} must read name: value` });
  const read = pairs.flatMap((pair) => (pair ? [[pair[1] ?? '', pair[2] ?? ''] as const] : []));
  return read.length === 0 ? undefined : Object.fromEntries(read);
}

function claimsOf(text: string, problems: Problem[]): Record<string, never> | undefined {
  if (text.trim() === '') return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, never>;
  } catch {
    // Said below, as for a value that is no object.
  }
  problems.push({ field: 'claims', message: 'Claims must be a JSON object, such as {"group": "admins"}' });
  return undefined;
}

function portOf(text: string, problems: Problem[]): number | undefined {
  if (text.trim() === '') return undefined;
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  problems.push({ field: 'port', message: 'A port is a whole number up to 65535' });
  return undefined;
}

/** Leaves out what is empty. */
function filled<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined | ''> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== '')) as never;
}

export function requestOf(form: RequestForm): { request: PolicyRequest; problems: Problem[] } {
  const problems: Problem[] = [];
  const text = (value: string) => value.trim();
  const isHttp = form.protocol === 'http';
  const audiences = form.audiences
    .split(',')
    .map(text)
    .filter((each) => each !== '');
  const claims = claimsOf(form.claims, problems);
  const jwt = filled({ principal: text(form.jwtPrincipal), audiences: audiences.length > 0 ? audiences : undefined, claims });
  const http = { host: text(form.host), method: text(form.method), path: text(form.path), headers: headersOf(form.headers, problems) };
  const source = { principal: text(form.principal), namespace: text(form.namespace), ip: text(form.ip), remoteIp: text(form.remoteIp) };
  const known = new Set(Object.entries(FACTS).flatMap(([field, fact]) => (text(form[field as TextField]) === '' ? [] : [fact])));
  const unknown = form.unknown.filter((fact) => !known.has(fact));
  const request: PolicyRequest = {
    protocol: form.protocol,
    source: filled(source),
    ...filled({ port: portOf(form.port, problems), sni: text(form.sni), ...(isHttp ? http : {}) }),
    ...(isHttp && Object.keys(jwt).length > 0 ? { jwt } : {}),
    ...(unknown.length > 0 ? { unknown } : {}),
  };
  return { request, problems };
}

/** The form as text for the URL; only what differs from an empty one. */
export function formText(form: RequestForm): string {
  const changed = Object.entries(form).filter(
    ([key, value]) => JSON.stringify(value) !== JSON.stringify(EMPTY_FORM[key as keyof RequestForm]),
  );
  return JSON.stringify(Object.fromEntries(changed));
}

export function parseForm(text: string | undefined): RequestForm | undefined {
  if (text === undefined) return undefined;
  try {
    const value = JSON.parse(text) as Partial<Record<string, unknown>>;
    const form = { ...EMPTY_FORM };
    for (const key of Object.keys(FACTS) as TextField[]) if (typeof value[key] === 'string') form[key] = value[key];
    if (value['protocol'] === 'tcp') form.protocol = 'tcp';
    if (Array.isArray(value['unknown'])) form.unknown = value['unknown'].filter((each) => typeof each === 'string').slice(0, 100);
    return form;
  } catch {
    return undefined;
  }
}

/** A recorded flow as a line to choose: who, what, whereto. */
export function flowLine({
  source,
  target,
  request: { protocol, method, path, port },
}: Pick<PolicyFlow, 'source' | 'target' | 'request'>): string {
  const what =
    protocol === 'tcp'
      ? `TCP ${port ?? ''}`.trim()
      : [method, path].filter(Boolean).join(' ') || 'a request that is not recorded in detail';
  return `${source.name} → ${target.name}: ${what}`;
}
