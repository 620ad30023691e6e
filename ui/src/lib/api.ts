/** The one place that talks REST: typed by the contracts' schemas, problems become ApiProblem, ETags are the browser's. */
import type { ProblemDocument } from '@observatory/contracts';

type Contracts = typeof import('@observatory/contracts');
/** Names of the schemas in the contracts, and what they describe. */
export type SchemaName = { [K in keyof Contracts]: Contracts[K] extends { _zod: { output: unknown } } ? K : never }[keyof Contracts];
export type Answer<Name extends SchemaName> = Contracts[Name] extends { _zod: { output: infer Output } } ? Output : never;

/** What went wrong, in the words of the gateway; `network/unreachable` where the gateway itself did not answer. */
export class ApiProblem extends Error {
  readonly code: string;
  readonly status: number;
  readonly title: string;
  readonly detail: string | undefined;

  constructor(problem: Pick<ProblemDocument, 'code' | 'status' | 'title' | 'detail'>, options?: ErrorOptions) {
    super(problem.detail ?? problem.title, options);
    this.name = 'ApiProblem';
    this.code = problem.code;
    this.status = problem.status;
    this.title = problem.title;
    this.detail = problem.detail;
  }
}

export type QueryParams = Record<string, string | number | boolean | readonly string[] | undefined>;

/** `/api/v1/topology?namespaces=a,b`: empty lists and undefined are left out. */
export function apiUrl(path: string, params: QueryParams = {}): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(params)) {
    const text = Array.isArray(value) ? value.join(',') : value === undefined ? '' : String(value);
    if (text !== '') search.set(key, text);
  }
  const query = search.toString();
  return `/api/v1${path}${query === '' ? '' : `?${query}`}`;
}

export interface RequestOptions {
  method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  params?: QueryParams;
  body?: unknown;
  signal?: AbortSignal;
}

export async function api<Name extends SchemaName>(path: string, schema: Name, options: RequestOptions = {}): Promise<Answer<Name>> {
  const response = await send(path, options);
  const value: unknown = await response.json();
  if (import.meta.env.DEV) await checkAgainst(schema, value, path);
  return value as Answer<Name>;
}

/** For requests whose answer does not matter beyond its success. */
export async function apiCommand(path: string, options: RequestOptions): Promise<void> {
  await send(path, options);
}

async function send(path: string, { method = 'GET', params, body, signal }: RequestOptions): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(apiUrl(path, params), {
      method,
      signal: signal ?? null,
      cache: method === 'GET' ? 'no-cache' : 'default',
      headers: { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      body: body === undefined ? null : JSON.stringify(body),
    });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new ApiProblem({ code: 'network/unreachable', status: 0, title: 'The Observatory does not answer' }, { cause });
  }
  if (!response.ok) throw await problemOf(response);
  return response;
}

async function problemOf(response: Response): Promise<ApiProblem> {
  const text = await response.text().catch(() => '');
  try {
    const body = JSON.parse(text) as Partial<ProblemDocument>;
    if (typeof body.code === 'string' && typeof body.title === 'string')
      return new ApiProblem({ code: body.code, status: response.status, title: body.title, detail: body.detail });
  } catch {
    // Not JSON: something between us and the gateway answered.
  }
  return new ApiProblem({ code: 'network/bad-answer', status: response.status, title: `Unexpected answer (HTTP ${response.status})` });
}

/** Development only: an answer that breaks the contract is an error on the screen, not a subtle wrong number. */
async function checkAgainst(name: SchemaName, value: unknown, path: string): Promise<void> {
  const contracts = await import('@observatory/contracts');
  const result = contracts[name].safeParse(value);
  if (result.success) return;
  const detail = result.error.issues
    .slice(0, 5)
    .map((issue) => `${issue.path.join('.')}: ${issue.message}`)
    .join('; ');
  throw new ApiProblem({ code: 'contract/mismatch', status: 200, title: `${path} breaks the contract ${name}`, detail });
}
