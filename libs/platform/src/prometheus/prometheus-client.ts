/**
 * Questions to one Prometheus (or Thanos, Mimir, VictoriaMetrics: whoever speaks its query API).
 * Small answers come through prometheus-query. The vectors of a window (41,000 rows) and ranges do not: there it takes 1.9 times
 * as long as a thin client and keeps 600 MB, so those are streamed row by row. Invariant: values are finite; what was not is counted.
 */
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Agent as HttpAgent, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { PrometheusDriver, type InstantVector } from 'prometheus-query';
import type { PrometheusConfig } from '../config/clusters.js';
import { DomainError } from '../errors/domain-error.js';
import { post } from './post.js';
import { doubles, integers, lazyRows, type LabelRows, type Rows } from './compact-rows.js';
import { RowReader, type Envelope, type RowValues } from './row-reader.js';

const QUERY_TIMEOUT_MS = 30_000;
/** Beyond this an answer is not a window of a mesh: a million rows of 350 bytes. */
const ANSWER_MAX_BYTES = 512 * 1024 * 1024;

export interface PromRow {
  metric: Record<string, string>;
  value: number;
}
export interface PromRangeRow {
  metric: Record<string, string>;
  /** [milliseconds since 1970, value] */
  values: [number, number][];
}
export interface PromAnswer<Row> {
  /** Made while they are gone through. */
  rows: Rows<Row>;
  /** What Prometheus itself said about the answer: it may be partial. */
  warnings: string[];
  /** Values that were NaN, infinite or no numbers, and were left out. */
  notFinite: number;
  elapsedMs: number;
  bytes: number;
}
export interface PrometheusClientOptions {
  timeoutMs?: number;
  answerMaxBytes?: number;
}

export class PrometheusClient {
  private readonly agent: HttpAgent;
  private readonly driver: PrometheusDriver;
  private readonly timeoutMs: number;
  private readonly answerMaxBytes: number;

  constructor(
    private readonly config: PrometheusConfig,
    options: PrometheusClientOptions = {},
  ) {
    this.timeoutMs = Math.ceil(options.timeoutMs ?? QUERY_TIMEOUT_MS);
    this.answerMaxBytes = options.answerMaxBytes ?? ANSWER_MAX_BYTES;
    const secure = config.url.startsWith('https:');
    this.agent = secure
      ? new HttpsAgent({ keepAlive: true, ca: config.caFile ? readFileSync(config.caFile) : undefined })
      : new HttpAgent({ keepAlive: true });
    this.driver = new PrometheusDriver({
      endpoint: config.url,
      timeout: this.timeoutMs,
      preferPost: true,
      requestInterceptor: {
        onFulfilled: async (request) => {
          for (const [name, value] of Object.entries(await this.headers())) request.headers.set(name, value);
          return Object.assign(request, {
            httpAgent: this.agent,
            httpsAgent: this.agent,
            proxy: false,
            maxContentLength: 16 * 1024 * 1024,
          });
        },
      },
    });
  }

  /** A small vector at one time, by prometheus-query. Rejects with `prometheus/unavailable` or `prometheus/bad-answer`. */
  async query(promql: string, at: Date): Promise<PromRow[]> {
    let result: unknown;
    try {
      ({ result } = await this.driver.instantQuery(promql, at));
    } catch (cause) {
      throw driverError(cause, this.config.url);
    }
    if (!Array.isArray(result)) throw new DomainError('prometheus/bad-answer', { message: 'Prometheus did not answer with a vector' });
    return (result as InstantVector[])
      .map(({ metric, value }) => ({ metric: { ...(metric.labels as Record<string, string>) }, value: value.value }))
      .filter(({ value }) => Number.isFinite(value));
  }

  /** A vector of any size at one time, streamed. Rejects as `query` does. */
  async vector(promql: string, at: Date): Promise<PromAnswer<PromRow>> {
    const numbers = doubles();
    let notFinite = 0;
    const { labels, ...about } = await this.stream('query', { query: promql, time: seconds(at) }, ({ value }) => {
      const number = Number(value?.[1] ?? Number.NaN);
      if (!Number.isFinite(number)) {
        notFinite += 1;
        return false;
      }
      numbers.push(number);
      return true;
    });
    const rows = lazyRows(labels.length, (row) => ({ metric: labels.metric(row), value: numbers.numbers[row]! }));
    return { ...about, rows, notFinite };
  }

  /** A matrix, streamed. `stepSec` apart from `start` to `end`, both included. */
  async range(promql: string, span: { start: Date; end: Date; stepSec: number }): Promise<PromAnswer<PromRangeRow>> {
    const [times, numbers, starts] = [doubles(), doubles(), integers()];
    let notFinite = 0;
    const form = { query: promql, start: seconds(span.start), end: seconds(span.end), step: String(span.stepSec) };
    const { labels, ...about } = await this.stream('query_range', form, ({ values = [] }) => {
      const start = numbers.length;
      for (const [at, text] of values) {
        const number = Number(text);
        if (Number.isFinite(number)) {
          times.push(Math.round(at * 1000));
          numbers.push(number);
        } else notFinite += 1;
      }
      if (numbers.length > start) starts.push(start);
      return numbers.length > start;
    });
    const valuesOf = (row: number): [number, number][] => {
      const start = starts.numbers[row]!;
      const end = row + 1 < starts.length ? starts.numbers[row + 1]! : numbers.length;
      return Array.from({ length: end - start }, (_, index) => [times.numbers[start + index]!, numbers.numbers[start + index]!]);
    };
    const rows = lazyRows(labels.length, (row) => ({ metric: labels.metric(row), values: valuesOf(row) }));
    return { ...about, rows, notFinite };
  }

  close(): void {
    this.agent.destroy();
  }

  /** The token file is read each time: tokens of service accounts rotate. */
  private async headers(): Promise<Record<string, string>> {
    const { bearerTokenFile, headers = {} } = this.config;
    if (!bearerTokenFile) return headers;
    try {
      return { ...headers, authorization: `Bearer ${(await readFile(bearerTokenFile, 'utf8')).trim()}` };
    } catch (cause) {
      throw new DomainError('prometheus/unavailable', { message: `The token file ${bearerTokenFile} cannot be read` }, { cause });
    }
  }

  private async stream(path: string, form: Record<string, string>, keep: (values: RowValues) => boolean): Promise<Streamed> {
    const startedAt = performance.now();
    let bytes = 0;
    const reader = new RowReader(keep);
    const headers = await this.headers();
    const url = `${this.config.url.replace(/\/+$/, '')}/api/v1/${path}`;
    const response = await post(
      url,
      { ...form, timeout: `${Math.ceil(this.timeoutMs / 1000)}s` },
      { headers, agent: this.agent, timeoutMs: this.timeoutMs },
    );
    let envelope: Envelope;
    try {
      await this.drain(response, (chunk) => {
        bytes += chunk.length;
        if (bytes > this.answerMaxBytes)
          throw new DomainError('prometheus/bad-answer', { message: `The answer is larger than ${this.answerMaxBytes} bytes` });
        reader.push(chunk);
      });
      envelope = reader.end();
    } catch (cause) {
      response.destroy();
      throw asAnswerError(cause, response);
    }
    if (envelope.status !== 'success') throw refusal(response.statusCode ?? 0, envelope);
    return { labels: reader.rows, warnings: envelope.warnings ?? [], elapsedMs: performance.now() - startedAt, bytes };
  }

  private async drain(response: IncomingMessage, take: (chunk: Buffer) => void): Promise<void> {
    for await (const chunk of response) take(chunk as Buffer);
    if (!response.complete) throw new DomainError('prometheus/unavailable', { message: 'Prometheus broke the answer off' });
  }
}

interface Streamed {
  labels: LabelRows;
  warnings: string[];
  elapsedMs: number;
  bytes: number;
}

const seconds = (at: Date): string => String(at.getTime() / 1000);

/** 4xx: it did not like the question or us; 5xx: it cannot answer now. */
function refusal(status: number, { error, errorType }: Envelope): DomainError {
  const message = `Prometheus answered ${status}: ${error ?? errorType ?? 'no reason given'}`;
  return new DomainError(status >= 400 && status < 500 ? 'prometheus/bad-answer' : 'prometheus/unavailable', { message });
}

function asAnswerError(cause: unknown, response: IncomingMessage): DomainError {
  if (cause instanceof DomainError) return cause;
  const status = response.statusCode ?? 0;
  if (status >= 400) return new DomainError('prometheus/unavailable', { message: `Prometheus answered ${status}` }, { cause });
  if (cause instanceof SyntaxError)
    return new DomainError('prometheus/bad-answer', { message: `The answer is not Prometheus JSON: ${cause.message}` }, { cause });
  return new DomainError('prometheus/unavailable', { message: `Prometheus broke the answer off: ${(cause as Error).message}` }, { cause });
}

/** What prometheus-query rejects with: plain objects, or an object of its own within another where a 200 was not Prometheus JSON. */
interface DriverFailure {
  httpStatus?: number;
  error?: unknown;
  errorType?: string;
  original?: { errorType?: string };
}

function driverError(thrown: unknown, url: string): DomainError {
  if (thrown instanceof DomainError) return thrown;
  const { httpStatus, error, original } = thrown as DriverFailure;
  if (original instanceof DomainError) return original;
  if (httpStatus !== undefined) return refusal(httpStatus, { error: String(error) });
  if (error === undefined || original?.errorType === 'client_error') {
    return new DomainError('prometheus/bad-answer', { message: 'The answer is not Prometheus JSON' }, { cause: thrown });
  }
  return new DomainError('prometheus/unavailable', { message: `${url} does not answer: ${String(error)}` }, { cause: thrown });
}
