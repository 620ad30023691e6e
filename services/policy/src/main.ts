import { bootstrap, loadClusters, loadConfig, run } from '@observatory/platform';
import { AppModule } from './app.module.js';
import { configSchema } from './config.js';

await run('policy', async () => {
  const config = loadConfig(configSchema, process.env);
  await bootstrap('policy', AppModule.forConfig(config, loadClusters(config)), config);
});
