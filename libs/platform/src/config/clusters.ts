/** The clusters to observe: OBSERVATORY_CLUSTERS (DESIGN §4), or the one of KUBECONFIG and PROMETHEUS_URL. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { ConfigError } from './load-config.js';

const http = z.string().regex(/^https?:\/\//, 'must start with http:// or https://');

const prometheusConfig = z.strictObject({
  url: http,
  bearerTokenFile: z.string().optional(),
  headers: z.record(z.string(), z.string()).optional(),
  caFile: z.string().optional(),
  selector: z.string().optional(),
});
export type PrometheusConfig = z.infer<typeof prometheusConfig>;

export const clusterConfig = z.strictObject({
  name: z.string().min(1).max(253),
  /** True where nobody gave a name: the mesh's own source_cluster labels name it. */
  provisional: z.boolean().default(false),
  kubeconfig: z.string().optional(),
  context: z.string().optional(),
  inCluster: z.boolean().default(false),
  prometheus: prometheusConfig.optional(),
  mesh: z.enum(['auto', 'istio', 'linkerd']).default('auto'),
  trustDomain: z.string().optional(),
  rootNamespace: z.string().default('istio-system'),
  jaeger: z.strictObject({ url: http }).optional(),
  loki: z.strictObject({ url: http }).optional(),
});
export type ClusterConfig = z.infer<typeof clusterConfig>;

const clustersFile = z.strictObject({ clusters: z.array(clusterConfig).min(1).max(100) });

export interface ClusterSettings {
  OBSERVATORY_CLUSTERS?: string | undefined;
  KUBECONFIG?: string | undefined;
  PROMETHEUS_URL?: string | undefined;
}

/** Throws ConfigError naming the file and every problem in it. */
export function loadClusters(settings: ClusterSettings): ClusterConfig[] {
  if (!settings.OBSERVATORY_CLUSTERS) return [singleCluster(settings)];
  const file = settings.OBSERVATORY_CLUSTERS;
  let document: unknown;
  try {
    document = parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new ConfigError([`OBSERVATORY_CLUSTERS: ${file} cannot be read: ${(cause as Error).message}`]);
  }
  const parsed = clustersFile.safeParse(document);
  const problems = parsed.success
    ? duplicates(parsed.data.clusters.map((cluster) => cluster.name)).map((name) => `${file}: two clusters are named ${name}`)
    : parsed.error.issues.map((issue) => `${file}: ${issue.path.join('.')}: ${issue.message}`);
  if (problems.length > 0 || !parsed.success) throw new ConfigError(problems);
  return parsed.data.clusters;
}

function singleCluster(settings: ClusterSettings): ClusterConfig {
  return clusterConfig.parse({
    name: 'Kubernetes',
    provisional: true,
    ...(settings.KUBECONFIG ? { kubeconfig: settings.KUBECONFIG } : { inCluster: true }),
    ...(settings.PROMETHEUS_URL ? { prometheus: { url: settings.PROMETHEUS_URL } } : {}),
  });
}

function duplicates(names: string[]): string[] {
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
}
