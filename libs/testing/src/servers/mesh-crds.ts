import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';

type CustomResource = readonly [group: string, version: string, kind: string, plural: string];

/** The kinds of a mesh that the suite watches, for an API server without the mesh's own definitions: any content is accepted. */
const KINDS: readonly CustomResource[] = [
  ['networking.istio.io', 'v1', 'VirtualService', 'virtualservices'],
  ['networking.istio.io', 'v1', 'DestinationRule', 'destinationrules'],
  ['networking.istio.io', 'v1', 'Gateway', 'gateways'],
  ['networking.istio.io', 'v1', 'ServiceEntry', 'serviceentries'],
  ['networking.istio.io', 'v1', 'Sidecar', 'sidecars'],
  ['security.istio.io', 'v1', 'AuthorizationPolicy', 'authorizationpolicies'],
  ['security.istio.io', 'v1', 'PeerAuthentication', 'peerauthentications'],
  ['security.istio.io', 'v1', 'RequestAuthentication', 'requestauthentications'],
  ['telemetry.istio.io', 'v1', 'Telemetry', 'telemetries'],
  ['gateway.networking.k8s.io', 'v1', 'Gateway', 'gateways'],
  ['gateway.networking.k8s.io', 'v1', 'HTTPRoute', 'httproutes'],
  ['policy.linkerd.io', 'v1beta3', 'Server', 'servers'],
  ['policy.linkerd.io', 'v1alpha1', 'AuthorizationPolicy', 'authorizationpolicies'],
  ['policy.linkerd.io', 'v1alpha1', 'MeshTLSAuthentication', 'meshtlsauthentications'],
  ['linkerd.io', 'v1alpha2', 'ServiceProfile', 'serviceprofiles'],
  ['cert-manager.io', 'v1', 'Certificate', 'certificates'],
  ['cert-manager.io', 'v1', 'CertificateRequest', 'certificaterequests'],
  ['cert-manager.io', 'v1', 'Issuer', 'issuers'],
];

function definition([group, version, kind, plural]: CustomResource): object {
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    // The API server wants a word on who approved definitions in the groups of Kubernetes itself.
    metadata: { name: `${plural}.${group}`, annotations: { 'api-approved.kubernetes.io': 'unapproved, for tests' } },
    spec: {
      group,
      scope: 'Namespaced',
      names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
      versions: [{ name: version, served: true, storage: true, schema, subresources: { status: {} } }],
    },
  };
}

/** The definitions of all YAML files of a folder, or the minimal ones when there is no folder. */
export async function meshCrds(folder: string | undefined): Promise<object[]> {
  if (folder === undefined) return KINDS.map(definition);
  const names = (await readdir(folder)).filter((name) => /\.ya?ml$/.test(name)).sort();
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  const objects = texts.flatMap((text) => parseAllDocuments(text).map((document) => document.toJS() as { kind?: string } | null));
  return objects.filter((object): object is { kind: string } => object?.kind === 'CustomResourceDefinition');
}
