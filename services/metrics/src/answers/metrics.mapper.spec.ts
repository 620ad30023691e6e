import type { EdgeSample, TrafficSeries, WindowReadReply } from '@observatory/contracts';

import { loadSync } from '@grpc/proto-loader';
import { PROTO_ROOT, protoFile } from '@observatory/proto';
import { SERIES_COLUMNS } from '../domain/series.js';
import { nowToProto, pointsToProto, spanFromProto, windowToProto } from './metrics.mapper.js';

const definition = loadSync(protoFile('metrics'), { includeDirs: [PROTO_ROOT], keepCase: false, longs: Number, arrays: true });

/** Through the bytes of the wire and back. */
function overTheWire(method: string, reply: object): Record<string, unknown> {
  const service = definition['observatory.metrics.v1.MetricsService'] as unknown as Record<
    string,
    { responseSerialize(value: object): Buffer; responseDeserialize(bytes: Buffer): object }
  >;
  const { responseSerialize, responseDeserialize } = service[method]!;
  return JSON.parse(JSON.stringify(responseDeserialize(responseSerialize(reply)))) as Record<string, unknown>;
}

const sample: EdgeSample = {
  id: 'a',
  source: { kind: 'workload', cluster: 'east', namespace: 'shop', name: 'web', app: 'web', version: 'v1' },
  target: { kind: 'service', cluster: 'east', namespace: '', name: 'x', role: 'passthrough' },
  destinationService: { cluster: 'east', namespace: 'shop', name: 'x', host: 'x.shop' },
  protocol: 'grpc',
  mesh: 'ambient',
  responses: [{ code: '200', grpcStatus: '14', flags: 'UF', requestsPerSecond: 0.25, outcome: 'error' }],
  requestsPerSecond: 0.25,
  errorsPerSecond: 0.25,
  clientErrorsPerSecond: 0,
  latencySumMsPerSecond: 2,
  latencyCountPerSecond: 0.25,
  latency: { upperBoundsMs: [1, 5], perSecond: [0, 0.25, 0], readAt: '2026-03-01T00:00:00.000Z' },
  sentBytesPerSecond: 10,
  receivedBytesPerSecond: 20,
  mutualTlsPerSecond: 0.25,
  plaintextPerSecond: 0,
  sourcePrincipal: 'spiffe://cluster.local/ns/shop/sa/web',
  reporters: ['source', 'waypoint'],
};

describe('the gRPC mapper', () => {
  it('carries a window whole', () => {
    const reply: WindowReadReply = {
      generatedAt: '2026-03-01T00:00:01.000Z',
      sources: [{ name: 'prometheus', cluster: 'east', freshAt: '2026-03-01T00:00:00.000Z', state: 'fresh' }],
      at: '2026-03-01T00:00:00.000Z',
      windowSec: 30,
      windowsExpected: 1,
      windowsPresent: 1,
      windowsPartial: 0,
      resolution: 'raw',
      edges: [sample],
      nextCursor: '7',
    };
    expect(overTheWire('ReadWindow', windowToProto(reply))).toEqual(reply);
  });

  it('leaves out what is not known', () => {
    const at = ['2026-03-01T00:00:00.000Z'];
    const series = {
      at,
      ...Object.fromEntries(SERIES_COLUMNS.map((name) => [name, [null]])),
      requestsPerSecond: [0],
      errorRatio: [0.5],
    } as TrafficSeries;
    expect(overTheWire('GetEdgeSeries', { header: undefined, id: 'a', traffic: pointsToProto(series) })).toMatchObject({
      traffic: [{ at: at[0], requestsPerSecond: 0, errorRatio: 0.5 }],
    });
    const [point] = pointsToProto(series);
    expect(Object.keys(point!)).toEqual(['at', 'requestsPerSecond', 'errorRatio']);
    expect(
      nowToProto({
        requestsPerSecond: 1,
        errorRatio: null,
        latencyMsMean: null,
        latencyMsP50: null,
        latencyMsP95: null,
        latencyMsP99: null,
        bytesPerSecond: 0,
        mtlsRatio: null,
      }),
    ).toEqual({ requestsPerSecond: 1, bytesPerSecond: 0 });
  });

  it('reads spans, where nothing said is nothing asked', () => {
    expect(spanFromProto(undefined)).toEqual({});
    expect(spanFromProto({ from: '', to: '2026-03-01T00:00:00.000Z', stepSec: 0 })).toEqual({ to: '2026-03-01T00:00:00.000Z' });
  });
});
