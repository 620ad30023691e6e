/** The database module on a real PostgreSQL: it waits for it, migrates once, and says what is away. */
import { startPostgres, until, type Server } from '@observatory/testing';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { Database, Dependencies } from '../src/index.js';

class CreateThings1700000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE trial.things (id int PRIMARY KEY)');
  }
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE trial.things');
  }
}

describe('Database', () => {
  let server: Server;
  const open: Database[] = [];
  const database = (dependencies = new Dependencies()): Database => {
    const made = new Database(
      { url: server.url, schema: 'trial', migrations: [CreateThings1700000000000], statementTimeoutMs: 1000 },
      dependencies,
    );
    open.push(made);
    return made;
  };
  const up = (made: Database): Promise<true> => until(() => made.isUp, { deadlineMs: 20_000, what: 'the database' });

  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(async () => {
    await Promise.all(open.map((made) => made.onApplicationShutdown()));
    await server[Symbol.asyncDispose]();
  });

  it('migrates once, however many start together', async () => {
    const several = [database(), database(), database()];
    await Promise.all(several.map(up));
    expect(await several[0]!.query('SELECT name FROM trial.migrations')).toEqual([{ name: 'CreateThings1700000000000' }]);
  });

  it('keeps nothing of a transaction that failed', async () => {
    const made = database();
    await up(made);
    await expect(
      made.transaction(async (session) => {
        await session.query('INSERT INTO trial.things VALUES (1)');
        throw new Error('changed my mind');
      }),
    ).rejects.toThrow('changed my mind');
    expect(await made.query('SELECT * FROM trial.things')).toEqual([]);
  });

  it('ends a statement that takes too long, and stays up', async () => {
    const made = database();
    await up(made);
    await expect(made.query('SELECT pg_sleep(5)')).rejects.toMatchObject({ driverError: { code: '57014' } });
    expect(made.isUp).toBe(true);
  });

  it('says that the database is away, and goes on when it is back', async () => {
    const dependencies = new Dependencies();
    const made = database(dependencies);
    const seen: string[] = [];
    made.onUp(() => seen.push('up'));
    await up(made);
    await server.stop();
    await expect(made.query('SELECT 1')).rejects.toMatchObject({ code: 'database/unavailable' });
    expect(dependencies.list()).toMatchObject([{ name: 'database', state: 'down' }]);
    const late = database();
    await expect(late.query('SELECT 1')).rejects.toMatchObject({ code: 'database/unavailable' });
    await server.restart();
    await Promise.all([up(made), up(late)]);
    expect(await made.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(dependencies.list()).toMatchObject([{ state: 'up' }]);
    expect(seen).toEqual(['up', 'up']);
  });
});
