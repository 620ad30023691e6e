import { createAlertTables, dropAlertTables } from '@observatory/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Incidents and anomalies as documents beside the columns that they are looked for by. `progress` says up to which window a cluster
 * was worked off, `revision` counts what people decided, `outbox` holds events until NATS has them: all in one transaction.
 */
const TABLES = `
CREATE TABLE anomaly.incidents (
  id text PRIMARY KEY,
  cluster text NOT NULL,
  state text NOT NULL CHECK (state IN ('open', 'acknowledged', 'resolved', 'suppressed', 'closed')),
  severity text NOT NULL,
  types text[] NOT NULL,
  namespaces text[] NOT NULL,
  started_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  closed_at timestamptz,
  version integer NOT NULL,
  document jsonb NOT NULL
);
CREATE INDEX incidents_started ON anomaly.incidents (started_at DESC, id DESC);
CREATE INDEX incidents_live ON anomaly.incidents (updated_at) WHERE state IN ('open', 'acknowledged', 'suppressed');
CREATE TABLE anomaly.anomalies (
  id text PRIMARY KEY,
  incident_id text NOT NULL REFERENCES anomaly.incidents (id) ON DELETE CASCADE,
  cluster text NOT NULL,
  namespace text NOT NULL,
  subject_id text NOT NULL,
  type text NOT NULL,
  state text NOT NULL,
  severity text NOT NULL,
  started_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  closed_at timestamptz,
  document jsonb NOT NULL
);
CREATE INDEX anomalies_incident ON anomaly.anomalies (incident_id);
CREATE INDEX anomalies_started ON anomaly.anomalies (started_at DESC, id DESC);
CREATE INDEX anomalies_subject ON anomaly.anomalies USING hash (subject_id);
CREATE TABLE anomaly.progress (cluster text PRIMARY KEY, at timestamptz NOT NULL);
CREATE TABLE anomaly.revision (one boolean PRIMARY KEY DEFAULT true CHECK (one), decided bigint NOT NULL);
INSERT INTO anomaly.revision (decided) VALUES (0);
CREATE TABLE anomaly.outbox (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id text NOT NULL UNIQUE,
  event text NOT NULL,
  payload jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  published_at timestamptz
);
CREATE INDEX outbox_waiting ON anomaly.outbox (seq) WHERE published_at IS NULL;
CREATE TABLE anomaly.snapshots (cluster text PRIMARY KEY, at timestamptz NOT NULL, bytes bytea NOT NULL);
CREATE TABLE anomaly.suppressions (
  id text PRIMARY KEY,
  subject_id text NOT NULL,
  type text,
  expires_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL,
  document jsonb NOT NULL
);
CREATE TABLE anomaly.allowances (
  id text PRIMARY KEY,
  type text NOT NULL,
  source_id text NOT NULL,
  target_id text,
  expires_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL,
  document jsonb NOT NULL
);
CREATE TABLE anomaly.feedback (
  subject_id text NOT NULL,
  type text NOT NULL,
  factor real NOT NULL CHECK (factor > 0 AND factor <= 1),
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (subject_id, type)
)`;

export class CreateIncidents1764200000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of TABLES.split(';')) await runner.query(statement);
    await createAlertTables(runner, 'anomaly');
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropAlertTables(runner, 'anomaly');
    const tables = ['feedback', 'allowances', 'suppressions', 'snapshots', 'outbox', 'revision', 'progress', 'anomalies', 'incidents'];
    for (const table of tables) await runner.query(`DROP TABLE anomaly.${table}`);
  }
}
