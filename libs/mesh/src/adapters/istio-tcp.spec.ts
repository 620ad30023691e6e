import { checkWindow, http, tcp } from '../../test/rows.js';

describe('TCP of sidecars', () => {
  const ends = ['shop/web', 'shop/db'] as const;
  const DB = 'shop/web > shop/db tcp db.shop';
  const both = (part: 'request' | 'response' | 'opened', value: number, labels: Record<string, string> = {}) => [
    tcp(part, 'source', ends, value, { connection_security_policy: 'unknown', ...labels }),
    tcp(part, 'destination', ends, value, labels),
  ];
  it('is counted once, with bytes from source to target', () => {
    checkWindow(
      { istioTcp: [...both('request', 100), ...both('response', 900), ...both('opened', 2)] },
      {
        [DB]: {
          requests: 0,
          responses: [],
          sent: 100,
          received: 900,
          connections: 2,
          mtls: [2, 0],
          mesh: 'istio',
          reporters: 'source,destination',
        },
      },
    );
  });
  it('is encrypted or not by its bytes, where no connection was opened in the window', () => {
    checkWindow(
      { istioTcp: [...both('request', 75), ...both('request', 25, { connection_security_policy: 'none' }), ...both('response', 0)] },
      { [DB]: { connections: 0, mtls: [0.0125, 0.00416667] } },
    );
    checkWindow({ istioTcp: [tcp('request', 'source', ends, 5)] }, { [DB]: { mtls: [0, 0], sent: 5, reporters: 'source' } });
  });
  it('is the destination’s where it saw materially more', () => {
    checkWindow({ istioTcp: [tcp('request', 'source', ends, 50), tcp('request', 'destination', ends, 100)] }, { [DB]: { sent: 100 } });
  });
  it('shows connections that failed', () => {
    checkWindow(
      {
        istioTcp: [
          ...both('opened', 2),
          tcp('opened', 'source', ends, 1, { response_flags: 'UF' }),
          tcp('opened', 'source', ends, 1, { response_flags: 'UF', source_principal: 'x' }),
        ],
      },
      { [DB]: { requests: 0, errors: 0, connections: 4, responses: ['- UF error 2'] } },
    );
  });
  it('stays apart from HTTP of the same ends', () => {
    checkWindow(
      { istioRequests: [http('source', ...ends, 1)], istioTcp: both('request', 10) },
      { 'shop/web > shop/db http db.shop': { requests: 1, sent: 0 }, [DB]: { sent: 10 } },
    );
  });
  it('ignores what it did not ask for, and who does not report', () => {
    checkWindow(
      {
        istioTcp: [
          { ...tcp('opened', 'source', ends, 1), metric: { ...tcp('opened', 'source', ends, 1).metric, metric: 'closed' } },
          { metric: { metric: 'opened' }, value: 1 },
          tcp('opened', 'source', ends, -1),
          { metric: {}, value: 1 },
        ],
      },
      {},
      { problems: ['bad-value 1', 'missing-labels 1'] },
    );
  });
});
