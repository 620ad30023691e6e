/** The live feed `/live` (DESIGN §6). */
import type { Server } from 'node:http';
import { Injectable } from '@nestjs/common';

@Injectable()
export class LiveFeed {
  attach(_server: Server): void {}

  /** Ends every connection of a credential that holds no longer. */
  disconnect(_credential: string): void {}
}
