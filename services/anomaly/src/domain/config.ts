/** The configuration of detection: what is current, and what a backtest changes. */
import { anomalyType, type DetectionConfig } from '@observatory/contracts';

export const DEFAULT_CONFIG: DetectionConfig = {
  budget: 'balanced',
  // Davis' 3 of 5 minutes, in windows.
  persistence: { needed: 3, of: 5 },
  closeAfter: 3,
  minimumRequestsPerMinute: 10,
  minimumRelativeChange: 0.3,
  types: [...anomalyType.options],
};
