import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Narrow rows, keys instead of texts: at 20,000 edges a day has 57 million of them. Array elements of `buckets` are those of latency_bounds, trailing zeros left out. */
const TRAFFIC = `
  source_key smallint NOT NULL,
  at timestamptz NOT NULL,
  key integer NOT NULL,
  requests real NOT NULL,
  errors real NOT NULL,
  client_errors real NOT NULL,
  latency_sum_ms real,
  latency_count real,
  sent_bytes real NOT NULL,
  received_bytes real NOT NULL,
  connections real,
  mutual_tls real NOT NULL,
  plaintext real NOT NULL,
  bounds_key integer,
  buckets real[]`;
const EDGE = `${TRAFFIC},
  outcome_keys integer[] NOT NULL,
  outcome_rates real[] NOT NULL,
  source_principal integer,
  destination_principal integer,
  reporters smallint NOT NULL`;

const DICTIONARIES = `
CREATE TABLE metrics.sources (
  source_key smallint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id text NOT NULL UNIQUE,
  cluster text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  first_at timestamptz NOT NULL,
  fresh_at timestamptz,
  state text NOT NULL DEFAULT 'down' CHECK (state IN ('fresh', 'stale', 'down')),
  detail text,
  seen_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE metrics.windows (
  source_key smallint NOT NULL,
  at timestamptz NOT NULL,
  window_sec integer NOT NULL,
  state text NOT NULL CHECK (state IN ('read', 'empty', 'failed', 'backfilled')),
  published boolean NOT NULL,
  edges integer NOT NULL,
  PRIMARY KEY (source_key, at)
);
CREATE INDEX windows_unpublished ON metrics.windows (source_key, at) WHERE NOT published;
CREATE TABLE metrics.rollups (
  source_key smallint NOT NULL,
  resolution text NOT NULL CHECK (resolution IN ('5m', '1h')),
  at timestamptz NOT NULL,
  windows_present integer NOT NULL,
  PRIMARY KEY (source_key, resolution, at)
);
CREATE TABLE metrics.edges (
  key integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  edge_id text NOT NULL,
  edge_hash uuid GENERATED ALWAYS AS (md5(edge_id)::uuid) STORED UNIQUE,
  pair_id text NOT NULL,
  source_cluster text NOT NULL,
  target_cluster text NOT NULL,
  identity jsonb NOT NULL,
  last_seen timestamptz NOT NULL
);
CREATE INDEX edges_pair ON metrics.edges USING hash (pair_id);
CREATE TABLE metrics.nodes (
  key integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  node_id text NOT NULL,
  direction text NOT NULL CHECK (direction IN ('in', 'out')),
  node_hash uuid GENERATED ALWAYS AS (md5(direction || node_id)::uuid) STORED UNIQUE,
  kind text NOT NULL,
  cluster text NOT NULL,
  namespace text NOT NULL,
  name text NOT NULL,
  last_seen timestamptz NOT NULL
);
CREATE INDEX nodes_kind ON metrics.nodes (kind, cluster) WHERE kind IN ('namespace', 'mesh');
CREATE TABLE metrics.principals (
  key integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  principal text NOT NULL UNIQUE
);
CREATE TABLE metrics.outcomes (
  key integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  code text NOT NULL,
  grpc_status text NOT NULL,
  flags text NOT NULL,
  outcome text NOT NULL,
  UNIQUE (code, grpc_status, flags, outcome)
);
CREATE TABLE metrics.latency_bounds (
  key integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  upper_bounds_ms double precision[] NOT NULL UNIQUE
)`;

const SUFFIXES = ['', '_5m', '_1h'];

export class CreateWindows1760000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of DICTIONARIES.split(';')) await runner.query(statement);
    const timescale = await hasTimescale(runner);
    for (const subject of ['edge', 'node']) {
      for (const suffix of SUFFIXES) {
        const name = `${subject}_windows${suffix}`;
        const columns = subject === 'edge' ? EDGE : TRAFFIC;
        await runner.query(`CREATE TABLE metrics.${name} (${columns}) ${timescale ? '' : 'PARTITION BY RANGE (at)'}`);
        if (timescale)
          await runner.query(
            `SELECT create_hypertable('metrics.${name}', 'at', chunk_time_interval => INTERVAL '7 days', create_default_indexes => false)`,
          );
        await runner.query(`CREATE INDEX ${name}_series ON metrics.${name} (key, at)`);
        await runner.query(`CREATE INDEX ${name}_at ON metrics.${name} USING brin (at) WITH (pages_per_range = 32, autosummarize = on)`);
      }
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    const windows = SUFFIXES.flatMap((suffix) => [`edge_windows${suffix}`, `node_windows${suffix}`]);
    const dictionaries = ['sources', 'windows', 'rollups', 'edges', 'nodes', 'principals', 'outcomes', 'latency_bounds'];
    for (const name of [...windows, ...dictionaries]) await runner.query(`DROP TABLE metrics.${name}`);
  }
}

/** Uses TimescaleDB where it is installed, and installs it in the database where that is allowed. */
async function hasTimescale(runner: QueryRunner): Promise<boolean> {
  const [available] = (await runner.query(`SELECT installed_version FROM pg_available_extensions WHERE name = 'timescaledb'`)) as {
    installed_version: string | null;
  }[];
  if (!available) return false;
  if (available.installed_version !== null) return true;
  await runner.query('SAVEPOINT before_extension');
  try {
    await runner.query('CREATE EXTENSION timescaledb');
    return true;
  } catch {
    // Not preloaded, or not ours to create: plain partitions serve as well.
    await runner.query('ROLLBACK TO SAVEPOINT before_extension');
    return false;
  }
}
