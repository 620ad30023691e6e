/**
 * A value that outlives restarts and is shared by replicas, in a NATS KV bucket; larger than a message, it goes in parts.
 * Parts of one writing carry its number: a reader that meets two writings mixed waits for the next notice.
 * One writer at a time is assumed (a Lease); the last writer wins.
 */
import { Kvm, type KV } from '@nats-io/kv';
import type { NatsLink } from './connection.js';

const PART_MAX_BYTES = 512 * 1024;
/** A bound on what is kept under one name: beyond it something is wrong. */
const PARTS_MAX = 64;

interface Head {
  writing: string;
  parts: number;
}

export class KeptValue {
  private kv: Promise<KV> | undefined;
  private changes: { stop(): void } | undefined;
  private closed = false;

  /** `name` is a NATS token: letters, digits, `-` and `_`. */
  constructor(
    private readonly link: NatsLink,
    private readonly bucket: string,
    private readonly name: string,
  ) {}

  /** Undefined when nothing is kept, or what is kept is being written. Rejects while NATS is away. */
  async read(): Promise<Uint8Array | undefined> {
    const kv = await this.open();
    const entry = await kv.get(this.name);
    if (entry?.operation !== 'PUT') return undefined;
    const head = entry.json<Head>();
    const parts = await Promise.all(Array.from({ length: head.parts }, (_, part) => kv.get(`${this.name}.${part}`)));
    const bytes = parts.map((part) => (part?.operation === 'PUT' ? unwrap(part.value, head.writing) : undefined));
    return bytes.every((part) => part !== undefined) ? Buffer.concat(bytes) : undefined;
  }

  async write(bytes: Uint8Array): Promise<void> {
    try {
      await this.put(await this.open(), bytes);
    } catch (thrown) {
      // NATS may have come back without the bucket.
      this.kv = undefined;
      throw thrown;
    }
  }

  private async put(kv: KV, bytes: Uint8Array): Promise<void> {
    const count = Math.max(1, Math.ceil(bytes.length / PART_MAX_BYTES));
    if (count > PARTS_MAX) throw new RangeError(`${this.bucket}/${this.name}: ${bytes.length} bytes are too many to keep`);
    const writing = `${Date.now()}-${process.pid}`.padEnd(WRITING_CHARS).slice(0, WRITING_CHARS);
    for (let part = 0; part < count; part += 1) {
      const slice = bytes.subarray(part * PART_MAX_BYTES, (part + 1) * PART_MAX_BYTES);
      await kv.put(`${this.name}.${part}`, Buffer.concat([Buffer.from(writing), slice]));
    }
    await kv.put(this.name, JSON.stringify({ writing, parts: count } satisfies Head));
  }

  /** Calls `onChange` with the value after each writing of anybody, and once at the start when something is kept. Resolves when NATS ends the watch. */
  async follow(onChange: (bytes: Uint8Array) => void): Promise<void> {
    const kv = await this.open();
    const changes = await kv.watch({ key: this.name });
    this.changes = changes;
    if (this.closed) changes.stop();
    for await (const change of changes) {
      if (change.operation !== 'PUT') continue;
      const bytes = await this.read();
      if (bytes) onChange(bytes);
    }
  }

  /** Ends `follow`. */
  close(): void {
    this.closed = true;
    this.changes?.stop();
  }

  private open(): Promise<KV> {
    this.kv ??= this.link.ready.then(() => new Kvm(this.link.get()).create(this.bucket, { history: 1 }));
    this.kv.catch(() => (this.kv = undefined));
    return this.kv;
  }
}

const WRITING_CHARS = 32;

function unwrap(value: Uint8Array, writing: string): Uint8Array | undefined {
  return Buffer.from(value.subarray(0, WRITING_CHARS)).toString() === writing ? value.subarray(WRITING_CHARS) : undefined;
}
