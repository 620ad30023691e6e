import '@observatory/platform/small-heap';
import { bootstrap, loadClusters, loadConfig, run } from '@observatory/platform';
import { AppModule } from './app.module.js';
import { configSchema } from './config.js';

await run('topology', async () => {
  const config = loadConfig(configSchema, process.env);
  await bootstrap('topology', AppModule.forConfig(config, loadClusters(config)), config);
});
