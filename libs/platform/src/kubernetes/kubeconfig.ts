/** The parts of a kubeconfig that we read, and which server and user a context means. */
import { z } from 'zod';

const server = z.looseObject({
  server: z.string().regex(/^https?:\/\//, 'must start with http:// or https://'),
  'certificate-authority': z.string().optional(),
  'certificate-authority-data': z.string().optional(),
  'insecure-skip-tls-verify': z.boolean().optional(),
  'tls-server-name': z.string().optional(),
  'proxy-url': z.string().optional(),
});
export type KubeServer = z.infer<typeof server>;

const user = z.looseObject({
  'client-certificate': z.string().optional(),
  'client-certificate-data': z.string().optional(),
  'client-key': z.string().optional(),
  'client-key-data': z.string().optional(),
  token: z.string().optional(),
  tokenFile: z.string().optional(),
  username: z.string().optional(),
  password: z.string().optional(),
  as: z.string().optional(),
  exec: z.record(z.string(), z.unknown()).optional(),
  'auth-provider': z.record(z.string(), z.unknown()).optional(),
});
export type KubeUser = z.infer<typeof user>;

export const kubeconfigSchema = z.looseObject({
  clusters: z.array(z.looseObject({ name: z.string(), cluster: server })).default([]),
  users: z.array(z.looseObject({ name: z.string(), user: user.nullish() })).nullish(),
  contexts: z
    .array(z.looseObject({ name: z.string(), context: z.looseObject({ cluster: z.string(), user: z.string().optional() }) }))
    .nullish(),
  'current-context': z.string().optional(),
});
export type Kubeconfig = z.infer<typeof kubeconfigSchema>;

/** Throws an Error that names what is missing. */
export function chooseContext(config: Kubeconfig, wanted?: string): { server: KubeServer; user: KubeUser } {
  const contextName = wanted ?? config['current-context'];
  const context = (config.contexts ?? []).find(({ name }) => name === contextName);
  if (!context) throw new Error(`the kubeconfig has no context ${contextName ?? '(no current-context)'}`);
  const cluster = config.clusters.find(({ name }) => name === context.context.cluster);
  if (!cluster) throw new Error(`the kubeconfig has no cluster ${context.context.cluster}`);
  const account = (config.users ?? []).find(({ name }) => name === context.context.user);
  if (!account && context.context.user) throw new Error(`the kubeconfig has no user ${context.context.user}`);
  return { server: cluster.cluster, user: account?.user ?? {} };
}
