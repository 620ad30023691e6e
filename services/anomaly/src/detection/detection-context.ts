/** What detection leans on besides windows. */
import { Injectable } from '@nestjs/common';
import { Lease } from '@observatory/platform';
import { ChangeLog } from '../changes/change-log.service.js';
import { Settings } from './settings.js';

@Injectable()
export class DetectionContext {
  constructor(
    readonly settings: Settings,
    readonly changes: ChangeLog,
    readonly lease: Lease,
  ) {}
}
