/** The configuration of detection that is current. */
import { Inject, Injectable } from '@nestjs/common';
import type { DetectionConfig } from '@observatory/contracts';
import { CONFIG, type AnomalyConfig } from '../config.js';
import { DEFAULT_CONFIG } from '../domain/config.js';

@Injectable()
export class Settings {
  readonly detection: DetectionConfig;
  readonly windowSec: number;

  constructor(@Inject(CONFIG) config: AnomalyConfig) {
    this.detection = { ...DEFAULT_CONFIG, budget: config.OBSERVATORY_ALERT_BUDGET };
    this.windowSec = config.OBSERVATORY_WINDOW_SEC;
  }
}
