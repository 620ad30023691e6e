/** What the status page shows of this service. */
import { Injectable } from '@nestjs/common';
import { ServiceInfo } from '@observatory/platform';
import { AnswerCache } from './answers/answer-cache.js';
import { InventoryService } from './inventory/inventory.service.js';

@Injectable()
export class CertsStatus {
  constructor(info: ServiceInfo, inventory: InventoryService, cache: AnswerCache) {
    info.sources = () => inventory.sources();
    info.figures = () => ({
      certificates: inventory.certificates,
      ...(cache.hitRatio === null ? {} : { cacheHitRatio: cache.hitRatio }),
    });
  }
}
