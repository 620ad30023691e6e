import { directionOf, kindOf, type MetricKind } from './metric-kind.js';

describe('kindOf', () => {
  const check = (kind: MetricKind, names: string[]) =>
    expect(names.map((name) => [name, kindOf(name)])).toEqual(names.map((name) => [name, kind]));

  it('knows symptoms by the names that exporters use', () => {
    check('latency', ['latency_Average', 'latency_p50', 'p99', 'request_duration_seconds_p99', 'PodServerLatencyP95(s)', 'NetworkP90(ms)']);
    check('latency', ['response_time_ms', 'responseTime', 'lat_90', 'elapsed']);
    check('errors', ['error_rate', 'errors_total', 'http_5xx', 'grpc_timeouts', 'availability_Average', 'success_rate', 'failed_requests']);
  });
  it('knows load', () => {
    check('load', [
      'requests',
      'requests_Sum',
      'http_requests_total',
      'request_rate',
      'rps',
      'PodWorkload(Ops)',
      'qps',
      'calls',
      'throughput',
    ]);
  });
  it('leaves the rest to the node', () => {
    check('own', ['cpu_usage', 'memory_mb', 'syscalls', 'syscall_read', 'network_receive_bytes', 'cpu_requests', 'memory_requests_bytes']);
    check('own', ['http500', 'drops', 'platform', 'queue', '']);
  });
});

describe('directionOf', () => {
  it('is down for what is good when it is high', () => {
    expect(['availability', 'success_rate', 'apdex', 'latency', 'errors', 'cpu'].map(directionOf)).toEqual([-1, -1, -1, 1, 1, 1]);
  });
});
