/** Talks to the demo mesh's control door. What it answers is checked: it is another program. */
import { Inject, Injectable } from '@nestjs/common';
import { demoFault, demoFaultList, type DemoFault, type DemoFaultList, type DemoFaultRequest } from '@observatory/contracts';
import { DomainError } from '@observatory/platform';
import type { z } from 'zod';
import { CONFIG, type GatewayConfig } from '../config.js';

const TIMEOUT_MS = 1500;
const MESSAGE_MAX_LENGTH = 500;

@Injectable()
export class DemoClient {
  constructor(@Inject(CONFIG) private readonly config: GatewayConfig) {}

  list(): Promise<DemoFaultList> {
    return this.read(demoFaultList, '', {});
  }

  inject(fault: DemoFaultRequest): Promise<DemoFault> {
    return this.read(demoFault, '', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(fault) });
  }

  async end(id: string): Promise<void> {
    await this.send(`/${encodeURIComponent(id)}`, { method: 'DELETE' });
  }

  private async read<S extends z.ZodType>(schema: S, path: string, init: RequestInit): Promise<z.output<S>> {
    const parsed = schema.safeParse(JSON.parse(await this.send(path, init)));
    if (parsed.success) return parsed.data;
    throw new DomainError('internal/bug', {}, { cause: parsed.error });
  }

  private async send(path: string, init: RequestInit): Promise<string> {
    const base = this.config.OBSERVATORY_DEMO_URL;
    if (base === undefined) throw new DomainError('demo/not-a-demo');
    const url = `${base.replace(/\/(control\/?)?$/, '')}/control/faults${path}`;
    let response: Response;
    let text: string;
    try {
      response = await fetch(url, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) });
      text = await response.text();
    } catch (cause) {
      throw new DomainError('service/unavailable', { message: 'The demo mesh does not answer' }, { cause });
    }
    if (response.ok) return text;
    if (response.status === 404) throw new DomainError('resource/not-found', { message: 'There is no such fault' });
    if (response.status < 500) throw new DomainError('request/invalid', { message: messageOf(text) });
    throw new DomainError('service/unavailable', { message: `The demo mesh answered with HTTP ${response.status}` });
  }
}

function messageOf(text: string): string {
  try {
    const { detail, message, error } = JSON.parse(text) as Record<string, unknown>;
    const said = [detail, message, error].find((part): part is string => typeof part === 'string');
    return (said ?? text).slice(0, MESSAGE_MAX_LENGTH);
  } catch {
    return text.slice(0, MESSAGE_MAX_LENGTH);
  }
}
