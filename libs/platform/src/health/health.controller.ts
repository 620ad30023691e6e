/**
 * The HTTP door of every service: `/healthz` (the process runs), `/readyz` (it can answer), `/metrics` (Prometheus text).
 * Ready means that its doors are open; what it leans on may be away, the answers then say so. A dependency that is
 * down must not take every replica out of its Service at once.
 */
import { Controller, Get, Header } from '@nestjs/common';
import { register } from 'prom-client';
import { Dependencies } from './dependencies.js';
import { ServiceInfo } from './service-info.js';

@Controller()
export class HealthController {
  constructor(
    private readonly info: ServiceInfo,
    private readonly dependencies: Dependencies,
  ) {}

  @Get('healthz')
  healthz(): { status: 'ok' } {
    return { status: 'ok' };
  }

  @Get('readyz')
  readyz(): { status: 'ready'; service: string; dependencies: Record<string, string> } {
    const dependencies = Object.fromEntries(this.dependencies.list().map(({ name, state }) => [name, state]));
    return { status: 'ready', service: this.info.service, dependencies };
  }

  @Get('metrics')
  @Header('content-type', register.contentType)
  metrics(): Promise<string> {
    return register.metrics();
  }
}
