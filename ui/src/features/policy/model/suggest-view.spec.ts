import type { PolicySuggestion } from '@observatory/contracts';
import { ofState, suggestionTitle, suggestSentence } from './suggest-view.js';

const suggestion = (state: PolicySuggestion['state'], change: Partial<PolicySuggestion> = {}): PolicySuggestion => ({
  namespace: 'shop',
  name: 'allow',
  state,
  yaml: '',
  reasons: [],
  cautions: [],
  ...change,
});

describe('suggestSentence', () => {
  const check = (states: PolicySuggestion['state'][], expected: string) =>
    expect(suggestSentence({ suggestions: states.map((state) => suggestion(state)) })).toBe(expected);
  it('what is withheld is never passed over', () => {
    check([], 'No workload of this scope had traffic that was recorded, so nothing can be suggested.');
    check(['suggested'], '1 policy suggested.');
    check(['withheld', 'covered', 'covered'], '0 policies suggested; 1 withheld, since somebody would be cut off; 2 not needed.');
  });
});

describe('suggestions', () => {
  it('by state, each with what it is about', () => {
    const workload = { id: 'w', cluster: 'demo', namespace: 'shop', name: 'cart' };
    const all = [suggestion('withheld'), suggestion('suggested', { workload })];
    expect(ofState(all, 'suggested').map(suggestionTitle)).toEqual(['shop/cart']);
    expect(ofState(all, 'withheld').map(suggestionTitle)).toEqual(['shop: default deny']);
  });
});
