/** What is suggested, withheld and covered already, in words. Invariant: what is withheld comes with its reason, before what is done. */
import type { PolicySuggestion, PolicySuggestReply } from '@observatory/contracts';
import { counted } from '../../../lib/format.js';

export const SUGGESTION_STATES: readonly PolicySuggestion['state'][] = ['withheld', 'suggested', 'covered'];
export const SUGGESTION_WORDS: Record<PolicySuggestion['state'], { title: string; meaning: string }> = {
  suggested: { title: 'Suggested', meaning: 'the callers that were seen, and what they did' },
  withheld: { title: 'Withheld', meaning: 'a policy would cut somebody off, so none is written' },
  covered: { title: 'Covered already', meaning: 'an applied policy says who may call' },
};

export const ofState = (suggestions: readonly PolicySuggestion[], state: PolicySuggestion['state']) =>
  suggestions.filter((suggestion) => suggestion.state === state);

export function suggestSentence({ suggestions }: Pick<PolicySuggestReply, 'suggestions'>): string {
  if (suggestions.length === 0) return 'No workload of this scope had traffic that was recorded, so nothing can be suggested.';
  const [withheld, suggested, covered] = SUGGESTION_STATES.map((state) => ofState(suggestions, state).length);
  const parts = [
    `${counted(suggested ?? 0, 'policy', 'policies')} suggested`,
    (withheld ?? 0) > 0 && `${withheld} withheld, since somebody would be cut off`,
    (covered ?? 0) > 0 && `${covered} not needed`,
  ].filter(Boolean);
  return `${parts.join('; ')}.`;
}

/** `shop/payments`, or the namespace whose default it is. */
export const suggestionTitle = ({ workload, namespace }: PolicySuggestion) =>
  workload ? `${workload.namespace}/${workload.name}` : `${namespace}: default deny`;
