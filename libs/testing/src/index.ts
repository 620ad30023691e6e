export { until, type UntilOptions } from './poll.js';
export { describeWith, hasTool, OPTIONAL_TOOLS, type OptionalTool } from './needs.js';
export { freePort } from './processes/free-port.js';
export { type Server } from './servers/server.js';
export { startPostgres, createTestDatabase, type TestDatabase } from './servers/postgres.js';
export { startNats, type NatsServer, type NatsUser } from './servers/nats.js';
export { startRedis } from './servers/redis.js';
export { startPrometheus } from './servers/prometheus.js';
export { startKubeApiserver, type KubeApiserver, type KubeApiserverOptions } from './servers/kube-apiserver.js';
