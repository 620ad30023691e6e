import {
  clusterName,
  clusterNameQuery,
  detectedMeshes,
  detectionQuery,
  recordingRules,
  scrapeIntervalQuery,
  scrapeIntervalSec,
  windowQueries,
  workloadQuantileQueries,
  type PromSample,
  type WindowQueryOptions,
} from '../index.js';

const ALL: WindowQueryOptions = { rateWindowSec: 60, meshes: ['istio', 'ambient', 'linkerd'], quantiles: 'all' };
const names = (options: Partial<WindowQueryOptions>) => windowQueries({ ...ALL, ...options }).map(({ name }) => name);
const query = (options: Partial<WindowQueryOptions>, name: string) =>
  windowQueries({ ...ALL, ...options }).find((found) => found.name === name)?.promql ?? '';
/** Every series selector of a query: a metric name, with or without braces, that is followed by a range or stands alone. */
const selectors = (promql: string) => promql.match(/(?:istio|response|tcp|observatory:istio|proxy)_[a-z_:]+(?:\{[^}]*\})?(?=[[)])/g) ?? [];

describe('windowQueries', () => {
  const check = (options: Partial<WindowQueryOptions>, expected: string[]) => expect(names(options)).toEqual(expected);
  const ISTIO = ['istioRequests', 'istioDuration', 'istioBytes', 'istioTcp'];
  const LINKERD = ['linkerdResponses', 'linkerdLatency', 'linkerdTcp'];
  it('are few and fixed', () => {
    check({}, [...ISTIO, ...LINKERD, 'istioBuckets', 'linkerdBuckets']);
    check({ quantiles: 'none' }, [...ISTIO, ...LINKERD]);
    check({ meshes: ['istio'] }, [...ISTIO, 'istioBuckets']);
    check({ meshes: ['ambient'], quantiles: 'none' }, ISTIO);
    check({ meshes: ['linkerd'] }, [...LINKERD, 'linkerdBuckets']);
    check({ meshes: [] }, []);
    check({ quantiles: { workloads: [] } }, [...ISTIO, ...LINKERD]);
    check({ quantiles: { workloads: [''] } }, [...ISTIO, ...LINKERD]);
  });
  it('put the selector into every series selector', () => {
    for (const selector of ['cluster="east"', '{cluster="east"}', ' ,cluster="east", ']) {
      for (const sides of ['both', { sourceOnly: ['db'] }] as const) {
        for (const { promql } of windowQueries({ ...ALL, selector, sides })) {
          const found = selectors(promql);
          expect(found.length).toBeGreaterThan(0);
          for (const one of found) expect(one).toMatch(/[{,]cluster="east"\}$/);
          expect(promql).not.toMatch(/,,|,\}|\{,/);
        }
      }
    }
  });
  it('count requests by 21 labels, without zeros', () => {
    const promql = query({}, 'istioRequests');
    expect(/by \(([^)]*)\)/.exec(promql)?.[1]?.split(',')).toHaveLength(21);
    expect(promql).toMatch(/^sum by \(.*\) \(rate\(istio_requests_total\[60s\]\)\) > 0$/);
  });
  it('read one side of durations, and the other where it alone reports', () => {
    const promql = query({ sides: { sourceOnly: ['db', 'c.d', 'db'] } }, 'istioDuration');
    expect(promql).toContain('{reporter!="source"}');
    expect(promql).toContain('{reporter="source",destination_workload=~"unknown|db|c\\\\.d"}');
    expect(query({ sides: { sourceOnly: [] } }, 'istioBuckets')).toContain('{reporter="source",destination_workload="unknown"}');
  });
  it('read buckets of a slice, over a time of their own', () => {
    const slice = { workloads: ['cart', 'web', 'cart'], rateWindowSec: 300 };
    expect(query({ quantiles: slice }, 'istioBuckets')).toMatch(/_bucket\{destination_workload=~"cart\|web"\}\[300s\]\)\)$/);
    expect(query({ quantiles: slice }, 'linkerdBuckets')).toContain('dst_statefulset=~"cart|web"');
    expect(query({ quantiles: { workloads: ['a"b'] } }, 'istioBuckets')).toContain('destination_workload="a\\"b"');
    const narrowed = query({ quantiles: slice, sides: { sourceOnly: ['cart', 'db'] } }, 'istioBuckets');
    expect(narrowed).toContain('{reporter="source",destination_workload=~"unknown|cart",destination_workload=~"cart|web"}');
  });
  it('leave probes and scrapes out, and requests that are counted elsewhere', () => {
    const promql = query({}, 'linkerdResponses');
    expect(promql).toContain('response_total{direction="outbound",target_port!="4191"}');
    expect(promql).toContain('response_total{direction="inbound",tls!="true",target_port!="4191",route_name!="probe",authz_name!="probe"}');
    expect(query({}, 'linkerdTcp')).not.toContain('peer="src"');
  });
  it('read the rules’ results where they are', () => {
    const promql = query({ from: 'recordingRules', selector: 'a="b"' }, 'istioRequests');
    expect(promql).toMatch(/\(observatory:istio_requests:rate\{a="b"\}\) > 0$/);
    expect(promql).not.toContain('rate(');
    expect(query({ from: 'recordingRules' }, 'linkerdResponses')).toContain('rate(response_total');
  });
  it('for one workload read its buckets only, of both sides', () => {
    const found = workloadQuantileQueries({
      rateWindowSec: 60,
      meshes: ['istio', 'linkerd'],
      selector: 'a="b"',
      namespace: 'shop',
      name: 'cart',
    });
    expect(found.map(({ name }) => name)).toEqual(['istioBuckets', 'linkerdBuckets']);
    expect(found[0]?.promql).toContain('{destination_workload="cart",destination_workload_namespace="shop",a="b"}');
    expect(found[1]?.promql).toContain('dst_deployment="cart",dst_namespace="shop",a="b"}');
    expect(workloadQuantileQueries({ rateWindowSec: 60, meshes: ['ambient'], namespace: 'shop', name: 'cart' })).toHaveLength(1);
  });
});

const row = (metric: Record<string, string>, value: number): PromSample => ({ metric, value });

describe('detection', () => {
  it('finds meshes and rules by what is counted', () => {
    const check = (rows: PromSample[], meshes: string[], recording: boolean) =>
      expect(detectedMeshes(rows)).toEqual({ meshes, recordingRules: recording });
    check([], [], false);
    check(
      [row({ metric: 'linkerd' }, 5), row({ metric: 'istio' }, 1), row({ metric: 'ambient' }, 0), row({}, 3)],
      ['istio', 'linkerd'],
      false,
    );
    check([row({ metric: 'ambient' }, 5), row({ metric: 'recordingRules' }, 1)], ['ambient'], true);
    for (const one of selectors(detectionQuery('cluster="east"'))) expect(one).toContain('cluster="east"');
    const unknown = detectionQuery('', ['istio', 'ambient']);
    expect(selectors(unknown).filter((one) => !one.startsWith('observatory:'))).toEqual(selectors(detectionQuery('')).slice(-3, -1));
    expect(unknown).not.toContain('"istio"');
  });
  it('names the cluster as most of its proxies do', () => {
    const check = (rows: [string | undefined, number][], expected: string | undefined) =>
      expect(clusterName(rows.map(([name, value]) => row(name === undefined ? {} : { source_cluster: name }, value)))).toBe(expected);
    check(
      [
        ['west', 3],
        ['east', 50],
        ['unknown', 900],
        [undefined, 900],
        ['', 900],
      ],
      'east',
    );
    check(
      [
        ['west', 3],
        ['east', 3],
        ['south', 3],
      ],
      'east',
    );
    check(
      [
        ['west', 0],
        ['unknown', 2],
      ],
      undefined,
    );
    expect(clusterNameQuery()).toContain('istio_requests_total{reporter="source"}');
  });
  it('learns how often proxies are scraped', () => {
    const check = (values: number[], expected: number | undefined) =>
      expect(scrapeIntervalSec(values.map((value) => row({}, value)))).toBe(expected);
    check([30, 15.01], 15.01);
    check([15, 30], 15);
    check([Number.NaN, 0, Infinity], undefined);
    check([], undefined);
    expect(scrapeIntervalQuery('a="b"')).toContain('timestamp(istio_build{a="b"})[120s:1s]');
  });
});

describe('recordingRules', () => {
  it('put labels on their results', () => {
    const labelled = recordingRules({ rateWindowSec: 60, intervalSec: 30, bucketIntervalSec: 60, labels: { cluster: "o'east" } });
    expect(labelled.match(/ {8}labels:\n {10}cluster: 'o''east'\n/g)).toHaveLength(9);
    expect(rules).not.toContain('labels:');
  });
  const rules = recordingRules({ rateWindowSec: 60, intervalSec: 30, bucketIntervalSec: 600, selector: "a='b'" });
  it('hold what the window queries ask for', () => {
    for (const one of selectors(
      windowQueries({ ...ALL, meshes: ['istio'], from: 'recordingRules' })
        .map(({ promql }) => promql)
        .join(),
    )) {
      expect(rules).toContain(`record: ${one}\n`);
    }
    expect(rules).toContain("expr: 'sum by (reporter,");
    expect(rules).toContain("rate(istio_requests_total{a=''b''}[60s])");
  });
  it('evaluate buckets no more rarely than results live', () => {
    expect(rules).toMatch(/name: observatory-latency\n {4}interval: 240s/);
    expect(rules).toContain("milliseconds_bucket{a=''b''}[240s]");
    expect(recordingRules({ rateWindowSec: 120, intervalSec: 30, bucketIntervalSec: 60 })).toContain('milliseconds_bucket[120s]');
  });
});
