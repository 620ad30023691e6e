import { allowWorsenedAlerts, forbidWorsenedAlerts } from '@observatory/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** An incident may become worse, and is told again then. */
export class AllowWorsenedAlerts1764600000000 implements MigrationInterface {
  up(runner: QueryRunner): Promise<void> {
    return allowWorsenedAlerts(runner, 'anomaly');
  }

  down(runner: QueryRunner): Promise<void> {
    return forbidWorsenedAlerts(runner, 'anomaly');
  }
}
