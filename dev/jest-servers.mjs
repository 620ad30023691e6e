// Before integration and end-to-end tests: the workspaces are built, and one PostgreSQL runs for all test files (each makes its own database).
import { buildNode } from './build.mjs';

export default async function startServers() {
  await buildNode();
  if (process.env.OBSERVATORY_TEST_DATABASE_URL) return;
  const { startPostgres } = await import('../libs/testing/dist/index.js');
  globalThis.observatoryPostgres = await startPostgres();
  process.env.OBSERVATORY_TEST_DATABASE_URL = globalThis.observatoryPostgres.url;
}
