import type { TopologyEdge } from '@observatory/contracts';
import { responseRows } from './responses.js';

describe('responseRows', () => {
  const response = (code: string, requestsPerSecond: number, flags = '-', grpcStatus?: string) => ({
    code,
    requestsPerSecond,
    flags,
    ...(grpcStatus === undefined ? {} : { grpcStatus }),
  });
  const check = (edges: Pick<TopologyEdge, 'responses'>[], expected: unknown[]) =>
    expect(responseRows(edges).map(({ name, outcome, share }) => [name, outcome, share])).toEqual(expected);
  it('names ends and puts errors first', () => {
    check(
      [{ responses: [response('200', 6), response('404', 1), response('503', 1), response('0', 2, 'DC')] }],
      [
        ['No response', 'error', 0.2],
        ['503 Service Unavailable', 'error', 0.1],
        ['404 Not Found', 'clientError', 0.1],
        ['200 OK', 'ok', 0.6],
      ],
    );
    check(
      [{ responses: [response('200', 1, '-', '14'), response('200', 3, '-', '0')] }],
      [
        ['gRPC 14 Unavailable', 'error', 0.25],
        ['200 OK', 'ok', 0.75],
      ],
    );
    check(
      [{ responses: [response('2xx', 1), response('799', 1)] }],
      [
        ['2xx', 'ok', 0.5],
        ['799', 'ok', 0.5],
      ],
    );
  });
  it('sums over edges and explains flags', () => {
    const rows = responseRows([{ responses: [response('503', 1, 'UF,??')] }, { responses: [response('503', 1, 'UF,??')] }]);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      requestsPerSecond: 2,
      share: 1,
      flags: [
        { flag: 'UF', words: expect.any(String) },
        { flag: '??', words: undefined },
      ],
    });
  });
  it('has no rows of nothing', () => check([{ responses: [response('200', 0)] }], []));
});
