import type { TopologyNode } from '@observatory/contracts';
import { CopyName } from '../../components/copy-name.js';
import { Facts } from '../../components/facts.js';
import { HealthMark } from '../../components/health-mark.js';
import { Lock } from '../../components/lock.js';
import { Panel } from '../../components/panel.js';
import { spiffeId } from '../../lib/node-id.js';
import type { Partner } from './model/partners.js';

const MESHES = { istio: 'Istio sidecar', ambient: 'Istio ambient', linkerd: 'Linkerd', none: 'not in the mesh' };

/** Share of incoming requests under mutual TLS; null where no receiver says. */
function encryptedShare(callers: readonly Partner[]): number | null {
  const known = callers.filter(({ edge }) => edge.mtls.ratio !== null);
  const weight = ({ edge }: Partner) => (edge.protocol === 'tcp' ? (edge.connectionsPerSecond ?? 0) : edge.requestsPerSecond);
  const total = known.reduce((sum, partner) => sum + weight(partner), 0);
  if (total === 0) return null;
  if (known.every(({ edge }) => edge.mtls.ratio === 1)) return 1;
  return known.reduce((sum, partner) => sum + weight(partner) * (partner.edge.mtls.ratio ?? 0), 0) / total;
}

export function WorkloadFacts({ node, callers }: { node: TopologyNode; callers: readonly Partner[] }) {
  const principals = [...new Set(callers.flatMap(({ edge }) => edge.mtls.destinationPrincipal ?? []))];
  const { health, replicas } = node;
  return (
    <Panel title="Health and identity">
      <div className="mb-3 flex items-start gap-2 text-sm">
        <HealthMark state={health.state} className="mt-0.5" />
        <div>
          <p className="font-medium capitalize">{health.state}</p>
          {health.reasons.map((reason) => (
            <p key={reason} className="text-ink-2">
              {reason}
            </p>
          ))}
          {health.reasons.length === 0 && <p className="text-ink-2">No errors, delays or missing replicas beyond the thresholds.</p>}
        </div>
      </div>
      <Facts
        facts={[
          {
            name: 'Replicas',
            value: replicas ? `${replicas.ready} of ${replicas.desired} ready` : 'unknown: the Kubernetes API does not tell',
          },
          { name: 'Mesh', value: MESHES[node.mesh] },
          { name: 'Services', value: node.services?.length ? node.services.join(', ') : 'none selects it' },
          { name: 'Service account', value: node.serviceAccount ? <CopyName text={node.serviceAccount} /> : 'unknown' },
          {
            name: 'Identity',
            value:
              principals.length > 0
                ? principals.map((principal) => <CopyName key={principal} text={spiffeId(principal)} className="max-w-full" />)
                : 'not seen on the wire in this window',
          },
          { name: 'Encrypted, in', value: <Lock ratio={encryptedShare(callers)} labelled /> },
        ]}
      />
    </Panel>
  );
}
