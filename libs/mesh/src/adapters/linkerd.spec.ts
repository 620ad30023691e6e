import { checkWindow } from '../../test/rows.js';
import type { PromSample } from '../index.js';

type Labels = Record<string, string | undefined>;
const clean = (labels: Labels) =>
  Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== undefined)) as Record<string, string>;

/** What web's proxy says about requests to cart; a label set to undefined is not there. */
const out = (value: number, labels: Labels = {}): PromSample => ({
  value,
  metric: clean({
    direction: 'outbound',
    namespace: 'shop',
    deployment: 'web',
    dst_namespace: 'shop',
    dst_deployment: 'cart',
    dst_service: 'cart',
    authority: 'cart.shop.svc.cluster.local:8080',
    target_port: '8080',
    tls: 'true',
    server_id: 'cart.shop.serviceaccount.identity.linkerd.cluster.local',
    status_code: '200',
    classification: 'success',
    ...labels,
  }),
});
const inbound = (value: number, labels: Labels = {}): PromSample => ({
  value,
  metric: clean({
    direction: 'inbound',
    namespace: 'shop',
    deployment: 'cart',
    target_port: '8080',
    tls: 'no_identity',
    status_code: '200',
    classification: 'success',
    ...labels,
  }),
});
const NO_TARGET: Labels = {
  dst_namespace: undefined,
  dst_deployment: undefined,
  dst_service: undefined,
  tls: 'no_identity',
  server_id: undefined,
};
const EDGE = 'shop/web > shop/cart http cart.shop';
const check = checkWindow;

describe('requests', () => {
  it('are counted where they go out', () => {
    check(
      { linkerdResponses: [out(9), out(1, { status_code: '500', classification: 'failure' })] },
      {
        [EDGE]: {
          mesh: 'linkerd',
          requests: 10,
          errors: 1,
          responses: ['200 - ok 9', '500 - error 1'],
          mtls: [10, 0],
          reporters: 'source',
          principals: [undefined, 'cart.shop.serviceaccount.identity.linkerd.cluster.local'],
        },
      },
    );
  });
  it('fail as Linkerd classifies, whatever the code', () => {
    check(
      {
        linkerdResponses: [
          out(1, { status_code: '500' }),
          out(2, { classification: 'failure' }),
          out(4, { status_code: '404' }),
          out(8, { status_code: undefined, classification: 'failure' }),
          out(16, { classification: undefined }),
        ],
      },
      { [EDGE]: { requests: 31, errors: 10, clientErrors: 4 } },
    );
  });
  it('of gRPC keep their status', () => {
    check(
      {
        linkerdResponses: [
          out(3, { grpc_status: '0' }),
          out(1, { grpc_status: '14', classification: 'failure' }),
          out(1, { grpc_status: '5' }),
        ],
      },
      {
        'shop/web > shop/cart grpc cart.shop': {
          requests: 5,
          errors: 1,
          responses: ['200 - grpc 0 ok 3', '200 - grpc 14 error 1', '200 - grpc 5 ok 1'],
        },
      },
    );
  });
  it('without mTLS inside the cluster are plaintext', () =>
    check({ linkerdResponses: [out(1, { tls: 'no_identity' })] }, { [EDGE]: { mtls: [0, 1] } }));
  it('say nothing on encryption without the label', () =>
    check({ linkerdResponses: [out(1, { tls: undefined })] }, { [EDGE]: { mtls: [0, 0] } }));
});

describe('ends', () => {
  it('have one of several kinds of owner', () => {
    for (const kind of ['statefulset', 'daemonset', 'cronjob', 'k8s_job', 'replicationcontroller', 'replicaset']) {
      check(
        { linkerdResponses: [out(1, { deployment: undefined, [kind]: 'web', dst_deployment: undefined, [`dst_${kind}`]: 'cart' })] },
        { [EDGE]: {} },
      );
    }
    check({ linkerdResponses: [out(1, { replicaset: 'web-5d9', dst_replicaset: 'cart-77f', job: 'linkerd-proxy' })] }, { [EDGE]: {} });
    check({ linkerdResponses: [out(1, { dst_deployment: undefined, dst_job: 'cart' })] }, { [EDGE]: {} });
  });
  it('are unknown where the scrape has no owner', () => {
    check(
      { linkerdResponses: [out(1, { deployment: undefined })] },
      { 'unknown:shop/unknown > shop/cart http cart.shop': {} },
      { problems: ['incomplete-source 1'] },
    );
    check(
      { linkerdResponses: [out(1, { deployment: undefined, namespace: undefined })] },
      { 'unknown:unknown > shop/cart http cart.shop': {} },
      { problems: ['incomplete-source 1'] },
    );
  });
  it('outside the mesh are known by authority', () => {
    for (const [authority, name] of [
      ['API.example.com:443', 'api.example.com'],
      ['10.0.0.1:80', '10.0.0.1'],
      ['[::1]:80', '::1'],
    ] as const) {
      check(
        { linkerdResponses: [out(1, { ...NO_TARGET, authority })] },
        { [`shop/web > external:${name} http ${name}`]: { mtls: [0, 0] } },
      );
    }
  });
  it('are a service where no endpoint was found', () => {
    check({ linkerdResponses: [out(1, NO_TARGET)] }, { 'shop/web > service:shop/cart http cart.shop': { mtls: [0, 0] } });
    check({ linkerdResponses: [out(1, { ...NO_TARGET, dst_service: 'cart' })] }, { 'shop/web > service:shop/cart http cart.shop': {} });
    check(
      { linkerdResponses: [out(1, { ...NO_TARGET, authority: undefined, dst_service: 'cart', dst_namespace: 'shop' })] },
      { 'shop/web > service:shop/cart http cart.shop': {} },
    );
  });
  it('are nothing known', () => {
    check({ linkerdResponses: [out(1, { ...NO_TARGET, authority: undefined })] }, { 'shop/web > unknown:unknown http -': {} });
    check(
      { linkerdResponses: [out(1, { ...NO_TARGET, authority: undefined, dst_service: 'cart' })] },
      { 'shop/web > unknown:unknown http cart': {} },
    );
    check(
      { linkerdResponses: [out(1, { dst_namespace: undefined, authority: undefined, dst_service: undefined })] },
      { 'shop/web > cart http -': {} },
    );
  });
  it('in another cluster are mirrored services', () => {
    const mirrored = {
      ...NO_TARGET,
      authority: 'cart-west.shop.svc.cluster.local',
      dst_target_service: 'cart',
      dst_target_service_namespace: 'shop',
      dst_target_cluster: 'west',
    };
    check({ linkerdResponses: [out(1, mirrored)] }, { 'shop/web > service:shop/cart http cart-west.shop': {} });
    check(
      {
        linkerdResponses: [
          out(1, { ...mirrored, authority: undefined, dst_target_cluster: undefined, dst_target_service_namespace: undefined }),
        ],
      },
      { 'shop/web > unknown:unknown http cart': {} },
    );
  });
});

describe('callers out of the mesh', () => {
  it('are seen by the server', () => {
    check(
      { linkerdResponses: [inbound(4), inbound(1, { classification: 'failure', status_code: '500' })] },
      { 'unknown:unknown > shop/cart http -': { requests: 5, errors: 1, mtls: [0, 5], reporters: 'destination' } },
    );
  });
  it('are not meshed callers that sent without mTLS', () => {
    const plain = out(10, { tls: 'no_identity' });
    check({ linkerdResponses: [plain, inbound(10.5)] }, { [EDGE]: { requests: 10 } });
    check(
      { linkerdResponses: [plain, inbound(40)] },
      { [EDGE]: {}, 'unknown:unknown > shop/cart http -': { requests: 30, mtls: [0, 30], responses: ['200 - ok 30'] } },
    );
    check(
      { linkerdResponses: [plain, out(5, { tls: 'no_identity', deployment: 'api' }), inbound(15)] },
      { [EDGE]: {}, 'shop/api > shop/cart http cart.shop': {} },
    );
  });
});

describe('latency', () => {
  const measure = (metric: string, value: number, labels: Labels = {}) => out(value, { metric, ...labels });
  it('has no status: it is shared out by requests', () => {
    check(
      { linkerdResponses: [out(3), out(1, { grpc_status: '0' })], linkerdLatency: [measure('sum', 400), measure('count', 4)] },
      { [EDGE]: { latency: 100 }, 'shop/web > shop/cart grpc cart.shop': { latency: 100 } },
    );
  });
  it('as buckets too', () => {
    const bucket = (le: string | undefined, value: number) => out(value, { le });
    check(
      { linkerdResponses: [out(4)], linkerdBuckets: [bucket('1', 1), bucket('10', 3), bucket('+Inf', 4)] },
      { [EDGE]: { histogram: [1, 2, 1] } },
    );
    check({ linkerdResponses: [out(4)], linkerdBuckets: [bucket('1', 0), bucket('+Inf', 0)] }, { [EDGE]: { histogram: undefined } });
    check(
      {
        linkerdResponses: [out(4)],
        linkerdBuckets: [bucket('1', 1), bucket(undefined, 1), bucket('5', -1), { metric: { le: '1' }, value: 1 }],
      },
      { [EDGE]: { histogram: undefined } },
      { problems: ['bad-value 2', 'broken-histogram 1', 'missing-labels 1'] },
    );
  });
  it('alone makes no edge', () => {
    check(
      {
        linkerdLatency: [
          measure('sum', 1),
          measure('count', 1),
          measure('other', 1),
          measure('sum', -1),
          { metric: { metric: 'sum' }, value: 1 },
        ],
      },
      {},
      { problems: ['bad-value 1', 'missing-labels 1'] },
    );
  });
});

describe('bytes', () => {
  const tcp = (metric: string, value: number, labels: Labels = {}) => out(value, { metric, authority: undefined, ...labels });
  const all = (labels: Labels = {}) => [tcp('request', 100, labels), tcp('response', 900, labels), tcp('opened', 2, labels)];
  it('of HTTP fold into the HTTP edge to that port', () => {
    check({ linkerdResponses: [out(5)], linkerdTcp: all() }, { [EDGE]: { sent: 100, received: 900, connections: 2, mtls: [5, 0] } });
    check({ linkerdResponses: [out(5)], linkerdTcp: all({ target_port: undefined }) }, { [EDGE]: { sent: 100 } });
    check({ linkerdResponses: [out(5, { target_port: undefined })], linkerdTcp: all() }, { [EDGE]: { sent: 100 } });
  });
  it('to another port are TCP', () => {
    check(
      { linkerdResponses: [out(5)], linkerdTcp: all({ target_port: '5432' }) },
      {
        [EDGE]: { sent: 0 },
        'shop/web > shop/cart tcp cart.shop': { requests: 0, sent: 100, received: 900, connections: 2, mtls: [2, 0], responses: [] },
      },
    );
  });
  it('fold into the edge of their service', () => {
    const basket = { dst_service: 'basket', authority: 'basket.shop.svc.cluster.local' };
    check(
      { linkerdResponses: [out(5), out(5, basket)], linkerdTcp: all() },
      { [EDGE]: { sent: 100 }, 'shop/web > shop/cart http basket.shop': { sent: 0 } },
    );
    check(
      { linkerdResponses: [out(5), out(5, basket)], linkerdTcp: all({ dst_service: undefined }) },
      { [EDGE]: { sent: 50 }, 'shop/web > shop/cart http basket.shop': { sent: 50 } },
    );
    check(
      { linkerdResponses: [out(5), out(5, basket)], linkerdTcp: all({ dst_service: 'third' }) },
      { [EDGE]: { sent: 50 }, 'shop/web > shop/cart http basket.shop': { sent: 50 } },
    );
  });
  it('of old connections count as one in the window', () => {
    check(
      { linkerdTcp: [tcp('request', 60), tcp('response', 6)] },
      { 'shop/web > shop/cart tcp cart.shop': { connections: undefined, mtls: [0.0166667, 0] } },
    );
    check({ linkerdTcp: [tcp('request', 60, { tls: 'no_identity' })] }, { 'shop/web > shop/cart tcp cart.shop': { mtls: [0, 0.0166667] } });
  });
  it('that are no rates are problems', () => {
    check(
      { linkerdTcp: [tcp('request', Number.NaN), tcp('closed', 1), { metric: {}, value: 1 }, { metric: { metric: 'opened' }, value: 1 }] },
      {},
      { problems: ['bad-value 1', 'missing-labels 1'] },
    );
  });
});

it('responses that cannot be read are problems', () => {
  check(
    { linkerdResponses: [out(Number.NaN), { metric: { direction: 'sideways' }, value: 1 }] },
    {},
    { problems: ['bad-value 1', 'missing-labels 1'] },
  );
});
