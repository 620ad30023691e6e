import '@observatory/platform/small-heap';
import { bootstrap, loadClusters, loadConfig, run } from '@observatory/platform';
import { AppModule } from './app.module.js';
import { configSchema } from './config.js';

await run('metrics', async () => {
  const config = loadConfig(configSchema, process.env);
  await bootstrap('metrics', AppModule.forConfig(config, loadClusters(config)), config);
});
