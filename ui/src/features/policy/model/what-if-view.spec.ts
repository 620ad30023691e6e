import { coverage, cutOff, flowChange, summary } from './test-replay.js';
import { asOver, asVerdict, coverageWords, cutOffWords, flowRows, operationWords, replayPaint, replaySentence } from './what-if-view.js';

const plain = (text: string) => text.replaceAll('\u00a0', ' ');
const some = { flows: 2, requestsPerSecond: 12 };

describe('replaySentence', () => {
  const check = (input: Parameters<typeof replaySentence>[0], expected: string) => expect(plain(replaySentence(input))).toBe(expected);
  it('says what would change, and how much', () => {
    check({ summary: summary(), cutOff: [] }, 'Nothing that was recorded would change: 3 flows (30 req/s) decided as before.');
    check(
      {
        summary: summary({ newlyDenied: some, undecidable: { flows: 1, requestsPerSecond: 1 } }),
        cutOff: [cutOff('cart', 'in'), cutOff('cart', 'out')],
      },
      '2 flows (12 req/s) would be denied that are let in now; 1 flow (1 req/s) cannot be decided from what was recorded. 1 workload would be cut off altogether.',
    );
    check({ summary: summary({ newlyAllowed: some }), cutOff: [] }, '2 flows (12 req/s) would be let in that are denied now.');
  });
});

describe('coverageWords', () => {
  const check = (change: Parameters<typeof coverage>[0], expected: string[]) =>
    expect(coverageWords(coverage(change)).map(plain)).toEqual(expected);
  it('says what the replay stands on', () => {
    check({}, [
      '4 recorded paths from caller to workload (42 req/s) over 7 d, told apart by operation where it is known.',
      'Method, path and host are known of 50 % of the requests: access logs are read: 10 requests.',
    ]);
    check({ windowsPresent: 42, flowsOmitted: 9, operations: [{ source: 'trace', state: 'down', detail: 'refused' }] }, [
      '4 recorded paths from caller to workload (42 req/s) over 7 d, of which 25 % is recorded, told apart by operation where it is known.',
      '9 paths more were left out: there are more than are replayed.',
      'Method, path and host are known of 50 % of the requests: traces do not answer: refused.',
    ]);
  });
});

describe('replayPaint', () => {
  const id = 'workload~d~s~a~~workload~d~s~b~~http';
  it('the worst part of an edge colours it', () => {
    const edges = [
      { id: `${id}~~one`, verdict: 'unchanged', requestsPerSecond: 1 },
      { id: `${id}~~two`, verdict: 'newlyDenied', requestsPerSecond: 1 },
      { id: `${id}~~three`, verdict: 'newlyAllowed', requestsPerSecond: 1 },
    ] as const;
    const paint = replayPaint({ edges: [...edges], cutOff: [cutOff('cart', 'in')] }, 'What-if');
    expect(paint.edges).toEqual({ [id]: 'failing' });
    expect(paint.nodes).toEqual({ 'workload~demo~shop~cart': 'failing' });
    expect(new Set(paint.legend.map(({ words }) => words)).size).toBe(paint.legend.length);
  });
});

describe('flows', () => {
  it('by verdict', () => {
    const flows = [flowChange('newlyDenied'), flowChange('undecidable')];
    expect(flowRows(flows, undefined)).toEqual(flows);
    expect(flowRows(flows, 'undecidable')).toEqual([flows[1]]);
  });
  const operation = (change: Parameters<typeof flowChange>[1], expected: string) =>
    expect(operationWords(flowChange('unchanged', change).flow)).toBe(expected);
  it('what they do, as far as it is known', () => {
    operation({}, 'GET /cart, port 8080');
    operation({ request: { protocol: 'http', source: {} } }, 'http, method and path not recorded');
    operation({ request: { protocol: 'tcp', source: {}, port: 5432 } }, 'TCP port 5432');
  });
  it('who would be cut off, from which side', () => {
    expect(plain(cutOffWords(cutOff('cart', 'in')))).toBe('everything that calls it would be denied (12 req/s)');
    expect(plain(cutOffWords(cutOff('cart', 'out')))).toBe('everything that it calls would be denied (12 req/s)');
  });
});

describe('the address', () => {
  it('reads what is known', () => {
    expect([asOver('6h'), asOver('9d'), asOver(undefined)]).toEqual(['6h', '7d', '7d']);
    expect([asVerdict('newlyDenied'), asVerdict('x')]).toEqual(['newlyDenied', undefined]);
  });
});
