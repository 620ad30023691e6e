/**
 * Starts a service: its three doors (HTTP for health, NATS, gRPC) over one NestJS application.
 * The HTTP and gRPC doors are open when this resolves; the NATS door opens when NATS is there.
 */
import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { ServiceName } from '@observatory/contracts';
import { RpcErrorFilter } from '../errors/rpc-error.filter.js';
import { grpcDoor, type GrpcService } from '../grpc/grpc-door.js';
import { PinoLogger } from '../logging/logger.js';
import { NatsLink } from '../nats/connection.js';
import { ContractNatsServer } from '../nats/nats-server.js';
import { startTelemetry } from '../telemetry/telemetry.js';
import { ConfigError } from '../config/load-config.js';

export interface DoorSettings {
  HOST: string;
  HTTP_PORT: number;
  GRPC_PORT: number;
  LOG_LEVEL: string;
  OTEL_EXPORTER_OTLP_ENDPOINT?: string | undefined;
}

export async function bootstrap(service: GrpcService, module: DynamicModule, settings: DoorSettings): Promise<NestFastifyApplication> {
  const stopTelemetry = await startTelemetry(service, settings.OTEL_EXPORTER_OTLP_ENDPOINT);
  const logger = new PinoLogger(service, settings.LOG_LEVEL);
  const app = await NestFactory.create<NestFastifyApplication>(module, new FastifyAdapter(), { logger });
  app.enableShutdownHooks();
  app.useGlobalFilters(new RpcErrorFilter());
  app.connectMicroservice(grpcDoor(service, `${settings.HOST}:${settings.GRPC_PORT}`), { inheritAppConfig: true });
  const natsDoor = app.connectMicroservice({ strategy: new ContractNatsServer(app.get(NatsLink), service) }, { inheritAppConfig: true });
  await app.listen(settings.HTTP_PORT, settings.HOST);
  const [grpcServer] = app.getMicroservices();
  await grpcServer?.listen();
  void natsDoor.listen().then(() => logger.log('the NATS door is open'));
  logger.log(`${service}: HTTP on ${await app.getUrl()}, gRPC on ${settings.HOST}:${settings.GRPC_PORT}`);
  process.once('beforeExit', () => void stopTelemetry());
  return app;
}

/** Runs `start`, and turns what keeps a service from starting into one clear line and exit code 1. */
export async function run(service: ServiceName, start: () => Promise<unknown>): Promise<void> {
  try {
    await start();
  } catch (thrown) {
    const message = thrown instanceof ConfigError ? thrown.message : explain(thrown);
    process.stderr.write(`${service}: ${message}\n`);
    process.exit(1);
  }
}

function explain(thrown: unknown): string {
  const error = thrown as NodeJS.ErrnoException & { port?: number; address?: string };
  if (error.code === 'EADDRINUSE')
    return `port ${error.port ?? ''} on ${error.address ?? ''} is in use: stop what listens there or set another port`;
  return error.stack ?? String(thrown);
}
