export {
  ALERT_SEVERITIES,
  type Alert,
  type AlertDelivery,
  type AlertNews,
  type AlertSeverity,
  type PublishAlert,
  type StoredAlert,
} from './alerts/alert.js';
export { AlertBook, type AlertChannel, type AlertQuery, type SyncOutcome } from './alerts/alert-book.js';
export { AlertDispatcher, type DispatcherOptions } from './alerts/alert-dispatcher.js';
export { allowWorsenedAlerts, createAlertTables, dropAlertTables, forbidWorsenedAlerts } from './alerts/alert-tables.js';
export { AlertsModule } from './alerts/alerts.module.js';
export { loadWebhooks, type Webhook } from './alerts/webhooks.js';
export { bootstrap, run, type DoorSettings } from './bootstrap/bootstrap.js';
export { BoundedMap, type Bounds } from './cache/bounded-map.js';
export { Cache, type CacheOptions } from './cache/cache.js';
export { CacheModule } from './cache/cache.module.js';
export { countCacheRequest, type CacheResult } from './cache/cache-metrics.js';
export { RedisLink } from './cache/redis-link.js';
export { loadConfig, ConfigError } from './config/load-config.js';
export { clusterSettings, databaseSettings, redisSettings, serviceSettings, suiteSettings, webhookSettings } from './config/settings.js';
export { loadClusters, type ClusterConfig, type ClusterSettings, type PrometheusConfig } from './config/clusters.js';
export { ClusterNames, Clusters } from './clusters/cluster-names.js';
export { Database, type DatabaseOptions, type SqlSession } from './database/database.js';
export { DatabaseModule } from './database/database.module.js';
export { DomainError, asDomainError, isErrorCode } from './errors/domain-error.js';
export { RpcErrorFilter } from './errors/rpc-error.filter.js';
export { grpcDoor, type GrpcService } from './grpc/grpc-door.js';
export { Dependencies } from './health/dependencies.js';
export { HealthModule } from './health/health.module.js';
export { counter, gauge, histogram } from './health/own-metrics.js';
export { ServiceInfo, SUITE_VERSION } from './health/service-info.js';
export { StatusModule } from './health/status.module.js';
export { KindStore, type KubeChange } from './kubernetes/kind-store.js';
export { kindKey, objectKey, type KubeKind, type KubeMetadata, type KubeObject } from './kubernetes/kube-kind.js';
export { KubeWriter, type KubePlace } from './kubernetes/kube-writer.js';
export { KubeWatcher, type KubeListener } from './kubernetes/kube-watcher.js';
export {
  AMBIENT_LABEL,
  injectionOfTemplate,
  meshAskedFor,
  meshOfNamespace,
  meshOfPods,
  proxyOfPod,
  roleOf,
  type Injection,
  type NamespaceMesh,
  type PodSpec,
  type ProxyKind,
} from './kubernetes/mesh-membership.js';
export { ownerOfPod, type Owner } from './kubernetes/pod-owner.js';
export { KUBE_TIMING, type KubeTiming } from './kubernetes/reflector.js';
export { PinoLogger } from './logging/logger.js';
export { NatsLink } from './nats/connection.js';
export { Answers, Asked, parseRequest, SchemaPipe } from './nats/contract.js';
export { EventBus, type EventPlace, type Work } from './nats/event-bus.js';
export { KeptValue } from './nats/kept-value.js';
export { Lease } from './nats/lease.js';
export { ContractNatsServer, JsonBytes } from './nats/nats-server.js';
export { NatsModule } from './nats/nats.module.js';
export { natsUsers, type NatsUser } from './nats/permissions.js';
export { Requester, REQUEST_TIMEOUT_MS, type RequestOptions } from './nats/requester.js';
export {
  PrometheusClient,
  type PromAnswer,
  type PromRangeRow,
  type PromRow,
  type PrometheusClientOptions,
} from './prometheus/prometheus-client.js';
export { startTelemetry } from './telemetry/telemetry.js';
export { ThreadPool } from './threads/thread-pool.js';
