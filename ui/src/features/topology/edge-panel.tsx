import type { Topology, TopologyEdge, TopologyNode } from '@observatory/contracts';
import { Link } from '@tanstack/react-router';
import { ArrowUpRight } from 'lucide-react';
import { CopyName } from '../../components/copy-name.js';
import { HealthMark } from '../../components/health-mark.js';
import { encryptionWords, Lock } from '../../components/lock.js';
import { UnusualOf } from '../../components/unusual-of.js';
import { When } from '../../components/when.js';
import { byteRate } from '../../lib/format.js';
import { edgeSentence, nodeTitle } from './model/sentence.js';
import { EdgeCharts } from './panel-charts.js';
import { Facts } from './panel-facts.js';
import { Responses } from './responses.js';
import { SheetFrame } from './sheet-frame.js';

interface EdgePanelProps {
  edge: TopologyEdge;
  topology: Topology;
  onSelect: (id: string) => void;
  onClose: () => void;
}

const REPORTERS = { source: 'the caller', destination: 'the receiver', waypoint: 'the waypoint' };

export function EdgePanel({ edge, topology, onSelect, onClose }: EdgePanelProps) {
  const end = (id: string) => topology.nodes.find((node) => node.id === id);
  const [source, target] = [end(edge.source), end(edge.target)];
  const { mtls, latencyMs } = edge;
  return (
    <SheetFrame label="Selected edge" title={`${source ? nodeTitle(source) : '?'} → ${target ? nodeTitle(target) : '?'}`} onClose={onClose}>
      <p className="text-pretty">{edgeSentence(edge, { source, target })}</p>
      <EdgeCharts edge={edge} windowSec={topology.windowSec} />
      <section className="mt-4">
        <h3 className="mb-1 text-sm">Unusual</h3>
        <UnusualOf id={edge.id} />
      </section>
      <Responses edges={[edge]} />
      <section className="mt-4">
        <h3 className="text-sm">Encryption and identity</h3>
        <p className="mt-1 flex items-center gap-2 text-ink-2">
          <Lock ratio={mtls.ratio} /> {encryptionWords(mtls.ratio)}
        </p>
      </section>
      <Facts
        facts={[
          ['From', source && <End key="from" node={source} onSelect={onSelect} />],
          ['To', target && <End key="to" node={target} onSelect={onSelect} />],
          ['Caller is', mtls.sourcePrincipal && <CopyName key="source" text={mtls.sourcePrincipal} />],
          ['Receiver is', mtls.destinationPrincipal && <CopyName key="target" text={mtls.destinationPrincipal} />],
          ['Service', edge.destinationService && <CopyName key="service" text={edge.destinationService.host} />],
          ['Protocol', edge.protocol],
          ['Sent', edge.sentBytesPerSecond > 0 && byteRate(edge.sentBytesPerSecond)],
          ['Received', edge.receivedBytesPerSecond > 0 && byteRate(edge.receivedBytesPerSecond)],
          ['Quantiles', latencyMs?.quantilesAt && <When key="quantiles" at={latencyMs.quantilesAt} />],
          ['Measured by', edge.reporters.map((reporter) => REPORTERS[reporter]).join(' and ')],
        ]}
      />
      <Link to="/edges/$edgeId" params={{ edgeId: edge.id }} className="mt-4 inline-flex items-center gap-1 text-accent hover:underline">
        Page of this edge <ArrowUpRight size={14} aria-hidden />
      </Link>
    </SheetFrame>
  );
}

function End({ node, onSelect }: { node: TopologyNode; onSelect: (id: string) => void }) {
  return (
    <button
      type="button"
      onClick={() => onSelect(node.id)}
      className="inline-flex max-w-full items-center gap-2 rounded-sm text-left hover:text-accent"
    >
      <HealthMark state={node.health.state} />
      <span className="truncate">
        {nodeTitle(node)} <span className="text-ink-3">{node.namespace}</span>
      </span>
    </button>
  );
}
