/** Reads the suite's events once per replica: they tell what is old in the caches, and what goes to browsers. */
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { EVENTS } from '@observatory/contracts';
import { EventBus } from '@observatory/platform';
import { Versions } from '../answers/versions.js';

/** Far enough back to know the newest version of everything at once. */
const LOOK_BACK_MS = 3 * 60_000;

@Injectable()
export class MeshEvents implements OnApplicationBootstrap {
  constructor(
    private readonly bus: EventBus,
    private readonly versions: Versions,
  ) {}

  onApplicationBootstrap(): void {
    const since = new Date(Date.now() - LOOK_BACK_MS);
    this.bus.follow(EVENTS.topologyChanged, since, ({ chunk }, { seq }) => {
      if (chunk.index === chunk.count - 1) this.versions.moved('topology', seq);
    });
    this.bus.follow(EVENTS.windowClosed, since, ({ chunk }, { seq }) => {
      if (chunk.index === chunk.count - 1) this.versions.moved('window', seq);
    });
  }
}
