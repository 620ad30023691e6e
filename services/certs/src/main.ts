import { bootstrap, loadClusters, loadConfig, run } from '@observatory/platform';
import { AppModule } from './app.module.js';
import { configSchema } from './config.js';

await run('certs', async () => {
  const config = loadConfig(configSchema, process.env);
  await bootstrap('certs', AppModule.forConfig(config, loadClusters(config)), config);
});
