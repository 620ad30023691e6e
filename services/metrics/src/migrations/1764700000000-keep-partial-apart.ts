import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Windows whose rates reached into a time without samples are a state of their own. */
export class KeepPartialApart1764700000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE metrics.windows DROP CONSTRAINT windows_state_check, ADD CONSTRAINT windows_state_check
      CHECK (state IN ('read', 'backfilled', 'empty', 'partial', 'failed'))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DELETE FROM metrics.windows WHERE state = 'partial'`);
    await runner.query(`ALTER TABLE metrics.windows DROP CONSTRAINT windows_state_check, ADD CONSTRAINT windows_state_check
      CHECK (state IN ('read', 'backfilled', 'empty', 'failed'))`);
  }
}
