import type { Reporter, TopologyEdge } from '@observatory/contracts';
import { CopyName } from '../../components/copy-name.js';
import { Facts } from '../../components/facts.js';
import { encryptionWords, Lock } from '../../components/lock.js';
import { Panel } from '../../components/panel.js';
import { When } from '../../components/when.js';
import { milliseconds } from '../../lib/format.js';
import { spiffeId } from '../../lib/node-id.js';

const REPORTERS: Record<Reporter, string> = { source: 'the caller', destination: 'the receiver', waypoint: 'the waypoint between' };

function principal(text: string | undefined) {
  return text === undefined ? 'not known' : <CopyName text={spiffeId(text)} className="max-w-full" />;
}

export function EdgeFacts({ edge }: { edge: TopologyEdge }) {
  const { latencyMs, mtls, destinationService, reporters } = edge;
  const facts = [
    {
      name: 'Encryption',
      value: (
        <span className="inline-flex items-center gap-2">
          <Lock ratio={mtls.ratio} />
          <span aria-hidden>{encryptionWords(mtls.ratio)}</span>
        </span>
      ),
    },
    { name: 'Caller', value: principal(mtls.sourcePrincipal) },
    { name: 'Receiver', value: principal(mtls.destinationPrincipal) },
    {
      name: 'Service',
      value: destinationService ? <CopyName text={destinationService.host} className="max-w-full" /> : 'none: called by address',
    },
    { name: 'Reported by', value: reporters.length > 0 ? reporters.map((reporter) => REPORTERS[reporter]).join(' and ') : 'nobody' },
  ];
  if (latencyMs)
    facts.push({
      name: 'Latency',
      value: (
        <span>
          mean {milliseconds(latencyMs.mean)}, p50 {milliseconds(latencyMs.p50)}, p95 {milliseconds(latencyMs.p95)}, p99{' '}
          {milliseconds(latencyMs.p99)}
          {latencyMs.quantilesAt && (
            <span className="text-ink-3">
              {' '}
              (quantiles read <When at={latencyMs.quantilesAt} />)
            </span>
          )}
        </span>
      ),
    });
  return (
    <Panel title="Encryption and identity">
      <Facts facts={facts} />
    </Panel>
  );
}
