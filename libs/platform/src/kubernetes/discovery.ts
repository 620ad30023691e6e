/**
 * Which of the wanted kinds a cluster has, and under which path: the version that the caller prefers,
 * else the server's preferred one, else any that serves the kind.
 */
import type { KubeCredentials } from './kube-credentials.js';
import { getJson, KubeStatusError } from './kube-http.js';
import { kindKey, type KubeKind } from './kube-kind.js';

export interface ServedKind {
  readonly apiVersion: string;
  /** Path of the collection over all namespaces. */
  readonly path: string;
}

interface ApiGroupList {
  groups?: { name: string; versions: { version: string }[]; preferredVersion?: { version: string } }[];
}
interface ApiResourceList {
  resources?: { name: string; kind: string; verbs?: string[] }[];
}

const IDLE_MS = 30_000;

/** By kindKey; what the cluster does not have is left out. Rejects when the server does not answer. */
export async function discover(
  credentials: KubeCredentials,
  kinds: readonly KubeKind[],
  signal: AbortSignal,
): Promise<Map<string, ServedKind>> {
  const read = async <T>(path: string) => (await getJson(credentials, { path, idleMs: IDLE_MS, signal })) as T;
  const groups = (await read<ApiGroupList>('/apis')).groups ?? [];
  const resources = new Map<string, Promise<ApiResourceList>>();
  const resourcesOf = (path: string) => {
    const asked = resources.get(path) ?? read<ApiResourceList>(path).catch(emptyWhenGone);
    resources.set(path, asked);
    return asked;
  };
  const served = new Map<string, ServedKind>();
  for (const kind of kinds) {
    for (const version of versionsOf(kind, groups)) {
      const path = kind.group === '' ? `/api/${version}` : `/apis/${kind.group}/${version}`;
      const resource = (await resourcesOf(path)).resources?.find((entry) => entry.kind === kind.kind && !entry.name.includes('/'));
      if (!resource || resource.verbs?.includes('list') === false) continue;
      served.set(kindKey(kind), { apiVersion: kind.group === '' ? version : `${kind.group}/${version}`, path: `${path}/${resource.name}` });
      break;
    }
  }
  return served;
}

function versionsOf(kind: KubeKind, groups: NonNullable<ApiGroupList['groups']>): string[] {
  if (kind.group === '') return ['v1'];
  const group = groups.find(({ name }) => name === kind.group);
  const served = group?.versions.map(({ version }) => version) ?? [];
  if (kind.versions) return kind.versions.filter((version) => served.includes(version));
  const preferred = group?.preferredVersion?.version;
  return [...new Set([...(preferred === undefined ? [] : [preferred]), ...served])];
}

/** A group whose definition was just deleted, or whose aggregated server is away, serves nothing now. */
function emptyWhenGone(thrown: unknown): ApiResourceList {
  if (thrown instanceof KubeStatusError && [404, 503].includes(thrown.status)) return {};
  throw thrown;
}
