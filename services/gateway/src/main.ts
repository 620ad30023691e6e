import { loadConfig, run } from '@observatory/platform';
import { startGateway } from './application.js';
import { configSchema } from './config.js';

await run('gateway', () => startGateway(loadConfig(configSchema, process.env)));
