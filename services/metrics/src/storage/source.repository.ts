/** The sources that were ever read, what they are called, and how fresh they are: what every replica may answer. */
import { Injectable } from '@nestjs/common';
import type { SourceFreshness } from '@observatory/contracts';
import { Database } from '@observatory/platform';

export interface StoredSource {
  sourceKey: number;
  id: string;
  cluster: string;
  /** When it was read first. */
  createdAt: Date;
  /** The oldest window that is kept raw. */
  firstAt: Date;
  freshAt: Date | null;
  state: SourceFreshness['state'];
  detail: string | null;
  seenAt: Date;
}

const COLUMNS = `source_key AS "sourceKey", id, cluster, created_at AS "createdAt", first_at AS "firstAt", fresh_at AS "freshAt", state, detail, seen_at AS "seenAt"`;

@Injectable()
export class SourceRepository {
  constructor(private readonly database: Database) {}

  /** The stored source, made when it is new: then raw windows are kept from `firstAt` on. */
  async open(id: string, cluster: string, firstAt: Date): Promise<StoredSource> {
    const [source] = await this.database.query<StoredSource>(
      `INSERT INTO metrics.sources (id, cluster, first_at) VALUES ($1, $2, $3) ON CONFLICT (id) DO UPDATE SET id = EXCLUDED.id RETURNING ${COLUMNS}`,
      [id, cluster, firstAt],
    );
    return source!;
  }

  async report(
    sourceKey: number,
    cluster: string,
    { freshAt, state, detail }: Pick<SourceFreshness, 'freshAt' | 'state' | 'detail'>,
  ): Promise<void> {
    await this.database.query(
      'UPDATE metrics.sources SET cluster = $2, fresh_at = $3, state = $4, detail = $5, seen_at = now() WHERE source_key = $1',
      [sourceKey, cluster, freshAt, state, detail ?? null],
    );
  }

  list(): Promise<StoredSource[]> {
    return this.database.query<StoredSource>(`SELECT ${COLUMNS} FROM metrics.sources ORDER BY source_key`);
  }
}
