import { createAlertTables, dropAlertTables } from '@observatory/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLES = `
CREATE TABLE certs.encodings (
  fingerprint text PRIMARY KEY,
  der bytea NOT NULL
);
CREATE TABLE certs.observations (
  key text PRIMARY KEY,
  cluster text NOT NULL,
  certificate_id text NOT NULL,
  leaf text,
  sent text[] NOT NULL,
  not_after timestamptz NOT NULL,
  facts jsonb NOT NULL,
  observed_at timestamptz NOT NULL,
  changed_seq bigint NOT NULL,
  gone boolean NOT NULL DEFAULT false
) WITH (fillfactor = 70);
CREATE SEQUENCE certs.observation_changes;
CREATE INDEX observations_changed ON certs.observations (changed_seq);
CREATE TABLE certs.versions (
  certificate_id text NOT NULL,
  number integer NOT NULL,
  cluster text NOT NULL,
  fingerprint text,
  serial text,
  issuer text,
  not_before timestamptz,
  not_after timestamptz NOT NULL,
  first_seen_at timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL,
  PRIMARY KEY (certificate_id, number)
);
CREATE TABLE certs.renewals (
  id uuid PRIMARY KEY,
  certificate_id text NOT NULL,
  via text NOT NULL CHECK (via IN ('certManager', 'webhook', 'nats')),
  state text NOT NULL CHECK (state IN ('requested', 'renewed', 'failed')),
  requested_at timestamptz NOT NULL,
  actor jsonb NOT NULL,
  reason text,
  before jsonb NOT NULL,
  detail text NOT NULL,
  settled_at timestamptz,
  audited_state text
);
CREATE INDEX renewals_open ON certs.renewals (requested_at) WHERE state = 'requested' OR audited_state IS DISTINCT FROM state`;

export class CreateInventory1764300000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of TABLES.split(';')) await runner.query(statement);
    await createAlertTables(runner, 'certs');
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropAlertTables(runner, 'certs');
    for (const table of ['renewals', 'versions', 'observations', 'encodings']) await runner.query(`DROP TABLE certs.${table}`);
    await runner.query('DROP SEQUENCE certs.observation_changes');
  }
}
