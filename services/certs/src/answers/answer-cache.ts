/**
 * Answers about the inventory, kept as bytes in Redis for 15 minutes at most: by what was asked, by what the inventory holds, and by
 * the minute, so that what it says of time left is a minute old at worst. Replicas that hold the same give the same, and share it.
 */
import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Cache, JsonBytes, RedisLink } from '@observatory/platform';
import type { ClusterInventory } from '../inventory/cluster-inventory.js';
import { InventoryService } from '../inventory/inventory.service.js';

const TTL_MS = 15 * 60_000;
const MINUTE_MS = 60_000;

@Injectable()
export class AnswerCache {
  private readonly cache: Cache;
  private tag: { revision: number; text: string } | undefined;
  private hits = 0;
  private asked = 0;

  constructor(
    redis: RedisLink,
    private readonly inventory: InventoryService,
  ) {
    this.cache = new Cache(redis, { name: 'certificates', ttlMs: TTL_MS });
  }

  /** Null before the first question. */
  get hitRatio(): number | null {
    return this.asked === 0 ? null : this.hits / this.asked;
  }

  async answer(subject: string, question: unknown, make: () => object): Promise<JsonBytes> {
    const key = `${subject}:${this.version()}:${Math.floor(Date.now() / MINUTE_MS)}:${JSON.stringify(question)}`;
    const kept = await this.cache.get(key);
    this.asked += 1;
    if (kept) {
      this.hits += 1;
      return withTag(kept);
    }
    const bytes = Buffer.from(JSON.stringify(make()));
    void this.cache.set(key, bytes);
    return withTag(bytes);
  }

  /** Of what all inventories hold, and of how their sources are. */
  private version(): string {
    const clusters = this.inventory.clusters();
    const { revision } = this.inventory;
    if (this.tag?.revision !== revision) this.tag = { revision, text: contentOf(clusters) };
    return this.tag.text;
  }
}

function withTag(bytes: Buffer): JsonBytes {
  return new JsonBytes(bytes, `"${createHash('sha1').update(bytes).digest('base64url')}"`);
}

function contentOf(clusters: readonly ClusterInventory[]): string {
  const hash = createHash('sha1');
  for (const inventory of clusters) {
    for (const { name, state, detail } of inventory.sources()) hash.update(`${name}|${state}|${detail ?? ''}\n`);
    for (const { id, leaf, notAfter, status, sources, problems } of inventory.rows.values())
      hash.update(
        `${id}|${leaf?.fingerprint ?? Math.round(notAfter / 10_000)}|${status}|${sources.join()}|${problems.map(({ code }) => code).join()}\n`,
      );
  }
  return hash.digest('base64url');
}
