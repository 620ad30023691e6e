/**
 * What does the mesh itself say that decisions hang on: trust domain and aliases, root namespace, path normalization, providers?
 * Read from the text of the config map `istio`; defaults are Istio's (MeshConfig). Invariant: bad text is as no text.
 */
import type { PolicyMesh } from '@observatory/contracts';
import { parse } from 'yaml';

const ALIASES_MAX = 100;
const normalizations = new Set<PolicyMesh['pathNormalization']>(['NONE', 'BASE', 'MERGE_SLASHES', 'DECODE_AND_MERGE_SLASHES']);

export function meshSettings(text: string | undefined, given: { rootNamespace: string; trustDomain?: string | undefined }): PolicyMesh {
  const config = readConfig(text);
  const normalization = (config['pathNormalization'] as { normalization?: PolicyMesh['pathNormalization'] } | undefined)?.normalization;
  const aliases = config['trustDomainAliases'];
  const trustDomain = given.trustDomain ?? config['trustDomain'];
  return {
    rootNamespace: given.rootNamespace,
    trustDomain: typeof trustDomain === 'string' && trustDomain !== '' ? trustDomain : 'cluster.local',
    trustDomainAliases: Array.isArray(aliases)
      ? aliases.filter((alias): alias is string => typeof alias === 'string').slice(0, ALIASES_MAX)
      : [],
    pathNormalization: normalization !== undefined && normalizations.has(normalization) ? normalization : 'BASE',
    extensionProviders: providers(config['extensionProviders']),
  };
}

function providers(value: unknown): PolicyMesh['extensionProviders'] {
  if (!Array.isArray(value)) return [];
  return (value as Record<string, unknown>[]).flatMap((provider): PolicyMesh['extensionProviders'] => {
    const name = provider?.['name'];
    if (typeof name !== 'string') return [];
    if ('envoyExtAuthzHttp' in provider) return [{ name, type: 'http' }];
    return 'envoyExtAuthzGrpc' in provider ? [{ name, type: 'grpc' }] : [];
  });
}

function readConfig(text: string | undefined): Record<string, unknown> {
  if (text === undefined) return {};
  try {
    const value: unknown = parse(text, { maxAliasCount: 100 });
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
