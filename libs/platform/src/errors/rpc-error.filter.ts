/** Errors of NATS and gRPC handlers: `{code, message, details}` for NATS, a gRPC status with the same code in its text for gRPC. */
import { Catch, Logger, type ArgumentsHost, type RpcExceptionFilter } from '@nestjs/common';
import { NatsContext } from '@nestjs/microservices';
import { status as GrpcStatus } from '@grpc/grpc-js';
import { ERROR_CODES } from '@observatory/contracts';
import { throwError, type Observable } from 'rxjs';
import { asDomainError } from './domain-error.js';

@Catch()
export class RpcErrorFilter implements RpcExceptionFilter {
  private readonly logger = new Logger(RpcErrorFilter.name);

  catch(thrown: unknown, host: ArgumentsHost): Observable<never> {
    const error = asDomainError(thrown);
    if (error.code === 'internal/bug') this.logger.error(error.cause);
    if (host.switchToRpc().getContext() instanceof NatsContext) return throwError(() => error.toReply());
    const [, grpcStatus] = ERROR_CODES[error.code];
    return throwError(() => ({ code: GrpcStatus[grpcStatus], details: `${error.code}: ${error.message}` }));
  }
}
