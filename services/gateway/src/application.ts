/** The gateway as one NestJS application: HTTP for people, and on NATS only how it is. */
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { ContractNatsServer, NatsLink, PinoLogger, startTelemetry } from '@observatory/platform';
import { AppModule } from './app.module.js';
import type { GatewayConfig } from './config.js';
import { ProblemFilter } from './http/problem.filter.js';
import { RequestGate } from './http/request-gate.js';
import { bodyMaxOf } from './http/route-table.js';
import { serverOptions } from './http/server-options.js';
import { LiveFeed } from './live/live-feed.js';
import { registerUi } from './ui/ui.routes.js';

export async function createGateway(config: GatewayConfig): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter(serverOptions());
  const logger = new PinoLogger('gateway', config.LOG_LEVEL);
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.forConfig(config), adapter, { logger, bodyParser: false });
  app.enableShutdownHooks();
  app.useGlobalFilters(new ProblemFilter());
  app.connectMicroservice({ strategy: new ContractNatsServer(app.get(NatsLink), 'gateway') }, { inheritAppConfig: true });
  const server = adapter.getInstance();
  server.removeContentTypeParser('text/plain');
  server.addHook('onRoute', (registered) => {
    const bodyMaxBytes = bodyMaxOf(registered.url);
    if (bodyMaxBytes !== undefined) registered.bodyLimit = bodyMaxBytes;
  });
  const gate = app.get(RequestGate);
  server.addHook('onRequest', (request, reply) => gate.check(request, reply));
  await registerUi(server, config.UI_ROOT);
  await app.init();
  app.get(LiveFeed).attach(server.server);
  return app;
}

export async function startGateway(config: GatewayConfig): Promise<NestFastifyApplication> {
  const stopTelemetry = await startTelemetry('gateway', config.OTEL_EXPORTER_OTLP_ENDPOINT);
  const app = await createGateway(config);
  await app.listen(config.PORT, config.HOST);
  // Opens when NATS is there, which nobody waits for.
  void app.startAllMicroservices();
  process.once('beforeExit', () => void stopTelemetry());
  return app;
}
