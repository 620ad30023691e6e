/** What a service leans on, and since when each is up or down. Written by the holders of connections, read by readiness and status. */
import { Injectable } from '@nestjs/common';
import type { DependencyState } from '@observatory/contracts';

@Injectable()
export class Dependencies {
  private readonly states = new Map<string, DependencyState>();

  set(name: string, state: DependencyState['state'], detail?: string): void {
    const known = this.states.get(name);
    const since = known?.state === state ? known.since : new Date().toISOString();
    this.states.set(name, { name, state, since, ...(detail ? { detail } : {}) });
  }

  list(): DependencyState[] {
    return [...this.states.values()];
  }

  get allUp(): boolean {
    return this.list().every((dependency) => dependency.state !== 'down');
  }
}
