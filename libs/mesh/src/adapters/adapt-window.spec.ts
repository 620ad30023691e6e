import { edgeSample } from '@observatory/contracts';
import { http, OPTIONS, tcp } from '../../test/rows.js';
import { adaptWindow, vectorsByTime } from '../index.js';

describe('vectorsByTime', () => {
  it('cuts ranges into windows', () => {
    const { metric } = http('source', 'shop/web', 'shop/cart', 0);
    const byTime = vectorsByTime({
      istioRequests: [
        {
          metric,
          values: [
            [1000, 5],
            [2000, 6],
          ],
        },
        { metric: { a: 'b' }, values: [[2000, 1]] },
      ],
      istioTcp: [{ metric, values: [[1000, 7]] }],
    });
    expect(byTime).toEqual(
      new Map([
        [1000, { istioRequests: [{ metric, value: 5 }], istioTcp: [{ metric, value: 7 }] }],
        [
          2000,
          {
            istioRequests: [
              { metric, value: 6 },
              { metric: { a: 'b' }, value: 1 },
            ],
          },
        ],
      ]),
    );
  });
});

describe('adaptWindow', () => {
  const rows = [
    http('source', 'shop/web', 'shop/cart', 3),
    http('destination', 'shop/web', 'shop/cart', 3),
    http('source', 'shop/web', 'unknown', 1, { response_code: '0', response_flags: 'DC' }),
    http('source', 'shop/web', 'shop/cart', 1, { request_protocol: 'grpc', grpc_response_status: '14' }),
  ];
  const all = { istioRequests: rows, istioTcp: [tcp('request', 'source', ['shop/web', 'shop/db'], 9)] };
  it('gives samples as the contract has them, each id once', () => {
    const { edges } = adaptWindow(all, OPTIONS);
    expect(edges.map((edge) => edgeSample.safeParse(edge).error)).toEqual(edges.map(() => undefined));
    expect(new Set(edges.map(({ id }) => id)).size).toBe(edges.length);
  });
  it('does not hang on the order of rows', () => {
    const byId = (window: { edges: { id: string }[] }) => window.edges.toSorted((a, b) => (a.id < b.id ? -1 : 1));
    expect(byId(adaptWindow({ ...all, istioRequests: rows.toReversed() }, OPTIONS))).toEqual(byId(adaptWindow(all, OPTIONS)));
  });
  it('reads any iterable', () => {
    function* generated() {
      yield* rows;
    }
    expect(adaptWindow({ istioRequests: generated() }, OPTIONS).edges).toHaveLength(3);
  });
});
