/** What the status page shows of this service. */
import { Injectable } from '@nestjs/common';
import { ServiceInfo } from '@observatory/platform';
import { Head } from './answers/head.service.js';
import { DetectionService } from './detection/detection.service.js';

@Injectable()
export class AnomalyStatus {
  constructor(info: ServiceInfo, detection: DetectionService, head: Head) {
    info.sources = () => head.of().sources;
    info.figures = () => {
      const all = detection.all();
      const most = (values: (number | undefined)[]) => Math.round(Math.max(0, ...values.map((value) => value ?? 0)));
      return {
        subjects: all.reduce((sum, { detector }) => sum + detector.scorer.subjects.size, 0),
        passMs: most(all.map(({ passMs }) => passMs)),
        delayMs: most(all.map(({ delayMs }) => delayMs)),
        delayFromCloseMs: most(all.map(({ delayFromCloseMs }) => delayFromCloseMs)),
      };
    };
  }
}
