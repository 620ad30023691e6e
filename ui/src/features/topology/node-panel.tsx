import type { Topology, TopologyNode } from '@observatory/contracts';
import { Link } from '@tanstack/react-router';
import { ArrowUpRight } from 'lucide-react';
import { CopyName } from '../../components/copy-name.js';
import { HealthMark } from '../../components/health-mark.js';
import { encryptionWords, Lock } from '../../components/lock.js';
import { WorkloadCertificates } from '../../components/workload-certificates.js';
import { UnusualOf } from '../../components/unusual-of.js';
import { WorkloadPolicies } from '../../components/workload-policies.js';
import { receivedMtls } from './model/filter.js';
import { nodeSentence, nodeTitle } from './model/sentence.js';
import { NodeCharts } from './panel-charts.js';
import { Facts } from './panel-facts.js';
import { PeerList } from './peer-list.js';
import { Responses } from './responses.js';
import { SheetFrame } from './sheet-frame.js';

interface NodePanelProps {
  node: TopologyNode;
  topology: Topology;
  onSelect: (id: string) => void;
  onClose: () => void;
}

const MESHES = { istio: 'Istio sidecar', ambient: 'Istio ambient', linkerd: 'Linkerd', none: 'not in the mesh' };

export function NodePanel({ node, topology, onSelect, onClose }: NodePanelProps) {
  const callers = topology.edges.filter(({ target }) => target === node.id);
  const callees = topology.edges.filter(({ source }) => source === node.id);
  const encrypted = receivedMtls(callers).get(node.id) ?? null;
  const measured = node.kind === 'workload';
  return (
    <SheetFrame label="Selected node" title={<NodeTitle node={node} />} onClose={onClose}>
      <p className="text-pretty">{nodeSentence(node, topology)}</p>
      {node.health.reasons.length > 0 && (
        <ul className="mt-2 list-disc pl-4 text-ink-2">
          {node.health.reasons.map((reason) => (
            <li key={reason}>{reason}</li>
          ))}
        </ul>
      )}
      {measured && <NodeCharts node={node} />}
      <section className="mt-4">
        <h3 className="mb-1 text-sm">Unusual</h3>
        <UnusualOf id={node.id} />
      </section>
      <Responses edges={callers} />
      <PeerList title="Callers" edges={callers} topology={topology} end="source" onSelect={onSelect} />
      <PeerList title="Calls" edges={callees} topology={topology} end="target" onSelect={onSelect} />
      {measured && (
        <section className="mt-4">
          <h3 className="mb-1 text-sm">Policies</h3>
          <WorkloadPolicies cluster={node.cluster} id={node.id} />
          <h3 className="mt-4 mb-1 text-sm">Certificates</h3>
          <WorkloadCertificates cluster={node.cluster} id={node.id} />
        </section>
      )}
      <Facts
        facts={[
          ['Namespace', node.namespace || 'none'],
          ['Cluster', node.cluster],
          ['App', node.app],
          ['Version', node.version],
          ['Services', node.services?.join(', ')],
          ['Data plane', MESHES[node.mesh]],
          ['Replicas', node.replicas && `${node.replicas.ready} of ${node.replicas.desired} ready`],
          ['Identity', node.serviceAccount && <CopyName key="identity" text={node.serviceAccount} />],
          [
            'Encryption',
            callers.length > 0 && (
              <span key="mtls" title={encryptionWords(encrypted)}>
                <Lock ratio={encrypted} labelled /> of what it receives
              </span>
            ),
          ],
        ]}
      />
      {measured && (
        <Link
          to="/workloads/$cluster/$namespace/$name"
          params={{ cluster: node.cluster, namespace: node.namespace, name: node.name }}
          className="mt-4 inline-flex items-center gap-1 text-accent hover:underline"
        >
          Page of this workload <ArrowUpRight size={14} aria-hidden />
        </Link>
      )}
    </SheetFrame>
  );
}

function NodeTitle({ node }: { node: TopologyNode }) {
  return (
    <span className="flex min-w-0 items-center gap-2">
      <HealthMark state={node.health.state} />
      <CopyName text={node.name}>{nodeTitle(node)}</CopyName>
    </span>
  );
}
