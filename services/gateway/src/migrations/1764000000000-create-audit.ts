import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Append-only: the database itself refuses to change or remove an entry; the chain of hashes shows it where somebody could. */
export class CreateAudit1764000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE gateway.audit (
        seq bigint PRIMARY KEY,
        id text NOT NULL UNIQUE,
        at timestamptz NOT NULL,
        actor_name text NOT NULL,
        actor_kind text NOT NULL,
        action text NOT NULL,
        target jsonb NOT NULL,
        outcome text NOT NULL,
        detail text,
        previous_hash text NOT NULL,
        hash text NOT NULL
      )`);
    await runner.query(`
      CREATE FUNCTION gateway.refuse_change() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN RAISE EXCEPTION 'the audit trail is append-only'; END $$`);
    await runner.query(`
      CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON gateway.audit
      FOR EACH STATEMENT EXECUTE FUNCTION gateway.refuse_change()`);
    await runner.query('CREATE INDEX audit_at ON gateway.audit (at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE gateway.audit');
    await runner.query('DROP FUNCTION gateway.refuse_change()');
  }
}
