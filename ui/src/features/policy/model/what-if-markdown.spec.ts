import type { PolicyWhatIfReply } from '@observatory/contracts';
import { coverage, cutOff, flowChange, summary } from './test-replay.js';
import { whatIfMarkdown } from './what-if-markdown.js';

const reply = (change: Partial<PolicyWhatIfReply> = {}): PolicyWhatIfReply => ({
  generatedAt: '2026-01-08T00:00:00.000Z',
  sources: [],
  cluster: 'demo',
  coverage: coverage(),
  summary: summary(),
  flows: [],
  flowsOmitted: 0,
  cutOff: [],
  edges: [],
  diagnostics: [],
  applied: [{ kind: 'AuthorizationPolicy', namespace: 'shop', name: 'a' }],
  deleted: [],
  ...change,
});

describe('whatIfMarkdown', () => {
  it('says what was changed and what it stands on even where nothing changes', () => {
    const text = whatIfMarkdown(reply());
    expect(text).toContain('Nothing that was recorded would change');
    expect(text).toContain('Applied: `AuthorizationPolicy/shop/a`. Deleted: nothing.');
    expect(text).toContain('4 recorded paths from caller to workload (42 req/s) over 7 d');
    expect(text).not.toContain('Cut off');
  });
  it('lists flows with the policy on both sides', () => {
    const denied = { newlyDenied: { flows: 1, requestsPerSecond: 12 } };
    const text = whatIfMarkdown(reply({ summary: summary(denied), flows: [flowChange('newlyDenied')], cutOff: [cutOff('cart', 'in')] }));
    expect(text).toContain('| Newly denied | `shop/web` → `shop/cart` | GET /cart, port 8080 | 12 req/s |');
    expect(text).toContain('| allowed, `shop/a` rule 1 | **denied**, no policy: no ALLOW policy matches |');
    expect(text).toContain('- `shop/cart`: everything that calls it would be denied (12 req/s)');
  });
  it('no name can break the table', () => {
    const hostile = { protocol: 'http', source: {}, method: 'GET', path: '/a|b`<img>\n' } as const;
    const line = whatIfMarkdown(reply({ flows: [flowChange('newlyDenied', { request: hostile })] }))
      .split('\n')
      .find((each) => each.includes('Newly denied |') && each.includes('shop/web'));
    expect(line).toContain("GET /a\\|b'&lt;img>");
    expect(line?.replaceAll('\\|', '').split('|')).toHaveLength(9);
  });
  it('counts what it leaves out', () => {
    const flows = Array.from({ length: 53 }, () => flowChange('newlyDenied'));
    expect(whatIfMarkdown(reply({ flows, flowsOmitted: 4 }))).toContain('and 7 more flows.');
  });
});
