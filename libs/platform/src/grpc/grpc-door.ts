/** The gRPC door of a service: package `observatory.<service>.v1`, reflection, the standard health service. */
import type { Server } from '@grpc/grpc-js';
import type { PackageDefinition } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';
import { Transport, type GrpcOptions } from '@nestjs/microservices';
import type { ServiceName } from '@observatory/contracts';
import { PROTO_ROOT, protoFile } from '@observatory/proto';
import { HealthImplementation } from 'grpc-health-check';

/** A topology of 20,000 edges is some 12 MB. */
const MESSAGE_MAX_BYTES = 64 * 1024 * 1024;

export type GrpcService = Exclude<ServiceName, 'gateway'>;

export function grpcDoor(service: GrpcService, address: string): GrpcOptions {
  const packageName = `observatory.${service}.v1`;
  return {
    transport: Transport.GRPC,
    options: {
      package: packageName,
      protoPath: protoFile(service),
      url: address,
      maxReceiveMessageLength: MESSAGE_MAX_BYTES,
      maxSendMessageLength: MESSAGE_MAX_BYTES,
      loader: { includeDirs: [PROTO_ROOT], keepCase: false, longs: Number, enums: String, defaults: true, arrays: true, oneofs: true },
      onLoadPackageDefinition: (definition: PackageDefinition, server: Server) => {
        new ReflectionService(definition).addToServer(server);
        new HealthImplementation({ '': 'SERVING', [packageName]: 'SERVING' }).addToServer(server);
      },
    },
  };
}
