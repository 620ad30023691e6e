import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Windows that were read before Prometheus had all of their samples are known as such, and read again. */
export class ReadAgain1764760000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE metrics.windows ADD COLUMN settled boolean NOT NULL DEFAULT true');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE metrics.windows DROP COLUMN settled');
  }
}
