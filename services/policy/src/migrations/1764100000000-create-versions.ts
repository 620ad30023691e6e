import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLES = `
CREATE TABLE policy.policies (
  key integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  cluster text NOT NULL,
  kind text NOT NULL,
  namespace text NOT NULL,
  name text NOT NULL,
  UNIQUE (cluster, kind, namespace, name)
);
CREATE TABLE policy.versions (
  policy_key integer NOT NULL REFERENCES policy.policies (key),
  version integer NOT NULL CHECK (version >= 1),
  change text NOT NULL CHECK (change IN ('found', 'created', 'changed', 'deleted')),
  uid text,
  generation bigint,
  yaml text NOT NULL,
  yaml_hash uuid GENERATED ALWAYS AS (md5(yaml)::uuid) STORED,
  diff text NOT NULL,
  lines_added integer NOT NULL,
  lines_removed integer NOT NULL,
  changed_by text,
  changed_at timestamptz,
  seen_at timestamptz NOT NULL,
  published boolean NOT NULL DEFAULT false,
  PRIMARY KEY (policy_key, version)
);
CREATE INDEX versions_unpublished ON policy.versions (seen_at) WHERE NOT published`;

export class CreateVersions1764100000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of TABLES.split(';')) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE policy.versions');
    await runner.query('DROP TABLE policy.policies');
  }
}
