/**
 * One case of `simulate`, from JSON that anybody may have written: mesh, policies, workload and request (DESIGN §8).
 * Invariant: never throws; a case that cannot be decided comes back as the sentences that say why. A null fact is an absent one.
 */
import { policyMesh, policyRequest, policyWorkload, type PolicyRequest } from '@observatory/contracts';
import { DEFAULT_MESH, type MeshSettings, type Workload } from './policy.js';
import type { Json, Request } from './request.js';

export type Read<Value> =
  | { readonly value: Value; readonly problems?: undefined }
  | { readonly value?: undefined; readonly problems: string[] };

type Fields = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Facts whose values are the caller's own JSON, where null is a value. */
const OPAQUE = new Set(['claims', 'filterMetadata']);

function withoutNulls(value: unknown): unknown {
  if (!isObject(value)) return value;
  const entries = Object.entries(value).filter(([, item]) => item !== null);
  return Object.fromEntries(entries.map(([name, item]) => [name, OPAQUE.has(name) ? item : withoutNulls(item)]));
}

interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

function read<Value>(name: string, result: { success: true; data: Value } | { success: false; error: { issues: Issue[] } }): Read<Value> {
  if (result.success) return { value: result.data };
  return { problems: result.error.issues.map(({ path, message }) => `${[name, ...path.map(String)].join('.')}: ${message}`) };
}

export function readMesh(value: unknown): Read<MeshSettings> {
  const result = read('mesh', policyMesh.partial().safeParse(withoutNulls(value ?? {})));
  return result.value ? { value: { ...DEFAULT_MESH, ...result.value } } : result;
}

export function readWorkload(value: unknown): Read<Workload> {
  const given = withoutNulls(value);
  return read('workload', policyWorkload.safeParse(isObject(given) ? { labels: {}, ...given } : given));
}

export function readRequest(value: unknown): Read<Request> {
  const given = withoutNulls(value);
  const result = read('request', policyRequest.safeParse(isObject(given) ? { protocol: 'http', ...given } : given));
  return result.value ? { value: asRequest(result.value) } : result;
}

/** `jwt.claims` is the truth about the token; where only the other fields are given, they say the same in claims. */
export function asRequest({ jwt, ...request }: PolicyRequest): Request {
  if (!jwt) return request;
  return {
    ...request,
    jwt: {
      ...(jwt.invalid === undefined ? {} : { invalid: jwt.invalid }),
      claims: (jwt.claims as Readonly<Record<string, Json>> | undefined) ?? claimsOf(jwt),
    },
  };
}

function claimsOf({ principal, audiences, presenter }: NonNullable<PolicyRequest['jwt']>): Readonly<Record<string, Json>> {
  const slash = principal?.lastIndexOf('/') ?? -1;
  return {
    ...(principal !== undefined && slash >= 0 ? { iss: principal.slice(0, slash), sub: principal.slice(slash + 1) } : {}),
    ...(audiences ? { aud: audiences } : {}),
    ...(presenter === undefined ? {} : { azp: presenter }),
  };
}
