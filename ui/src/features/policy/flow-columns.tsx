import type { FlowChange } from '@observatory/contracts';
import { Link } from '@tanstack/react-router';
import { FlaskConical } from 'lucide-react';
import type { DataColumn } from '../../components/data-table.js';
import { NodeLink } from '../../components/node-link.js';
import { When } from '../../components/when.js';
import { Words } from '../../components/words.js';
import { asSentence, requestRate } from '../../lib/format.js';
import { Decision, Tag } from './marks.js';
import { formOf, formText } from './model/request-form.js';
import { operationWords, VERDICT_WORDS } from './model/what-if-view.js';
import { DecidedBy } from './policy-link.js';

const TONES = { newlyDenied: 'red', newlyAllowed: 'accent', undecidable: 'quiet', unchanged: 'quiet' } as const;

function Side({ cluster, side, reasoned }: { cluster: string; side: FlowChange['current']; reasoned: boolean }) {
  return (
    <div className="py-1">
      <span className="flex flex-wrap gap-x-2">
        <Decision of={side.decision} />
        <span className="text-ink-2">
          <DecidedBy cluster={cluster} by={side.decidedBy} />
        </span>
      </span>
      {reasoned && (
        <p className="max-w-[44ch] text-pretty text-ink-2">
          <Words text={asSentence(side.reason)} />
        </p>
      )}
    </div>
  );
}

const byText = ({ decision, decidedBy, reason }: FlowChange['current']) =>
  `${decision} by ${decidedBy ? `${decidedBy.namespace}/${decidedBy.name}` : 'no policy'}: ${reason}`;

export function flowColumns(cluster: string): DataColumn<FlowChange>[] {
  return [
    {
      id: 'flow',
      header: 'Flow',
      value: ({ flow }) =>
        `${flow.source.namespace}/${flow.source.name} -> ${flow.target.namespace}/${flow.target.name} ${operationWords(flow)}`,
      cell: ({ flow, verdict }) => (
        <div className="py-1">
          <Tag tone={TONES[verdict]}>{VERDICT_WORDS[verdict]}</Tag>
          <p>
            <NodeLink node={flow.source} className="font-medium" /> <span aria-label="to">→</span>{' '}
            <NodeLink node={flow.target} className="font-medium" /> <span className="text-ink-3">{flow.target.namespace}</span>
          </p>
          <p className="break-all text-ink-2">{operationWords(flow)}</p>
        </div>
      ),
    },
    {
      id: 'rate',
      header: 'Rate',
      unit: 'req/s',
      align: 'right',
      value: ({ flow }) => flow.requestsPerSecond,
      cell: ({ flow }) => requestRate(flow.requestsPerSecond),
    },
    {
      id: 'seen',
      header: 'Last seen',
      align: 'right',
      value: ({ flow }) => flow.lastSeen,
      cell: ({ flow }) => <When at={flow.lastSeen} />,
      wideOnly: true,
    },
    {
      id: 'now',
      header: 'Now',
      value: ({ current }) => byText(current),
      cell: ({ current, verdict }) => <Side cluster={cluster} side={current} reasoned={verdict === 'newlyAllowed'} />,
      wideOnly: true,
    },
    {
      id: 'then',
      header: 'Then',
      value: ({ proposed }) => byText(proposed),
      cell: ({ proposed }) => <Side cluster={cluster} side={proposed} reasoned />,
    },
    {
      id: 'try',
      header: '',
      value: () => null,
      align: 'right',
      cell: ({ flow }) => (
        <Link
          to="/policies/sandbox"
          search={{ target: flow.target.id, req: formText(formOf(flow.request)) }}
          title="Try this request in the sandbox"
          aria-label={`Try the request of ${flow.source.name} to ${flow.target.name} in the sandbox`}
          className="inline-flex size-7 items-center justify-center rounded-sm text-ink-3 hover:bg-inset hover:text-accent"
        >
          <FlaskConical size={15} aria-hidden />
        </Link>
      ),
    },
  ];
}
