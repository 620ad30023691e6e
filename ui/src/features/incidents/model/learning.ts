/** How much was learned of what is normal, and by which rules an alert is raised: the state of the detection, in words. */
import type { AlertBudget, BaselineReply, BaselineStage, DetectionConfig } from '@observatory/contracts';
import { counted, span } from '../../../lib/format.js';

export const STAGES: readonly BaselineStage[] = ['seasonal', 'daily', 'learning', 'new'];

/** Shares of subjects by how much was learned of them, in per cent; none where nothing is watched. */
export function stageShares(stages: BaselineReply['stages']): { stage: BaselineStage; count: number; share: number }[] {
  const total = STAGES.reduce((sum, stage) => sum + stages[stage], 0);
  if (total === 0) return [];
  return STAGES.map((stage) => ({ stage, count: stages[stage], share: (stages[stage] / total) * 100 })).filter(({ count }) => count > 0);
}

/** False alerts by series and day that each budget accepts, as measured on public series (services/anomaly). */
export const BUDGET_WORDS: Record<AlertBudget, string> = {
  sensitive: 'sensitive: about one false alert a series in 4 days',
  balanced: 'balanced: about one false alert a series in 10 days',
  strict: 'strict: about one false alert a series in 50 days',
};

export function configFacts(config: DetectionConfig, windowSec?: number): { name: string; value: string }[] {
  const { persistence, closeAfter, minimumRequestsPerMinute, minimumRelativeChange, types } = config;
  const per = windowSec === undefined ? '' : ` of ${span(windowSec)}`;
  return [
    { name: 'Alerts', value: BUDGET_WORDS[config.budget] },
    { name: 'Raised', value: `when ${persistence.needed} of ${counted(persistence.of, 'window')}${per} are unusual` },
    { name: 'Ends', value: `after ${counted(closeAfter, 'quiet window')}` },
    { name: 'Least load', value: `${minimumRequestsPerMinute} requests a minute; below it rates and latencies are not judged` },
    { name: 'Least change', value: `${Math.round(minimumRelativeChange * 100)} % from what was expected` },
    { name: 'Looks for', value: counted(types.length, 'kind') },
  ];
}
