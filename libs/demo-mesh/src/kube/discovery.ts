/** Discovery: which groups, versions and resources there are, for clients that look before they list. */
import { groupVersion, KINDS } from './kinds.js';

const VERSION = {
  major: '1',
  minor: '31',
  gitVersion: 'v1.31.0-demo',
  gitCommit: '',
  gitTreeState: 'clean',
  buildDate: '',
  goVersion: '',
  compiler: '',
  platform: 'linux/amd64',
};

interface GroupVersion {
  readonly groupVersion: string;
  readonly version: string;
}

function groups(): { name: string; versions: GroupVersion[]; preferredVersion: GroupVersion }[] {
  const names = new Set([...KINDS.map((info) => info.group).filter((group) => group !== ''), 'authorization.k8s.io']);
  return Array.from(names, (name) => {
    const served =
      name === 'authorization.k8s.io'
        ? ['v1']
        : Array.from(new Set(KINDS.filter((info) => info.group === name).flatMap((info) => info.versions)));
    const versions = served.map((version) => ({ groupVersion: groupVersion(name, version), version }));
    return { name, versions, preferredVersion: versions[0]! };
  });
}

function resources(group: string, version: string): unknown {
  const served = KINDS.filter((info) => info.group === group && info.versions.includes(version));
  const review = group === 'authorization.k8s.io' && version === 'v1';
  if (served.length === 0 && !review) return undefined;
  const list = served.map((info) => ({
    name: info.plural,
    singularName: info.kind.toLowerCase(),
    namespaced: info.namespaced,
    kind: info.kind,
    verbs: ['get', 'list', 'watch'],
    shortNames: info.shortNames,
  }));
  const reviews = [
    {
      name: 'selfsubjectaccessreviews',
      singularName: 'selfsubjectaccessreview',
      namespaced: false,
      kind: 'SelfSubjectAccessReview',
      verbs: ['create'],
    },
  ];
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: groupVersion(group, version), resources: review ? reviews : list };
}

/** The discovery document of a path, or undefined where the path is none. */
export function discovery(path: string): unknown {
  const parts = path.split('/').filter(Boolean);
  if (path === '/version') return VERSION;
  if (parts[0] === 'api' && parts.length === 1) return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] };
  if (parts[0] === 'api' && parts.length === 2) return resources('', parts[1]!);
  if (parts[0] !== 'apis' || parts.length > 3) return undefined;
  if (parts.length === 1) return { kind: 'APIGroupList', apiVersion: 'v1', groups: groups() };
  if (parts.length === 3) return resources(parts[1]!, parts[2]!);
  const group = groups().find((candidate) => candidate.name === parts[1]);
  return group && { kind: 'APIGroup', apiVersion: 'v1', ...group };
}
