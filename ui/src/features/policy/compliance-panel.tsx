import type { ComplianceFinding, PolicyComplianceReply, RuleSet } from '@observatory/contracts';
import { ChevronRight } from 'lucide-react';
import { useMemo } from 'react';
import { CsvButton } from '../../components/data-table.js';
import { Panel } from '../../components/panel.js';
import { ServiceMark } from '../../components/service-mark.js';
import { When } from '../../components/when.js';
import { WorkloadLink } from '../../components/workload-link.js';
import { Words } from '../../components/words.js';
import { counted } from '../../lib/format.js';
import { useScope } from '../../lib/use-scope.js';
import { useSetUrl, useUrlValues } from '../../lib/url-state.js';
import { Severity } from './marks.js';
import { ruleRows, ruleSetWords, type Place, type RuleRow } from './model/coverage-view.js';
import { PolicyLink } from './policy-link.js';

const SHOWN_MAX = 100;
const CSV_COLUMNS = [
  { id: 'severity', header: 'Severity', value: ({ severity }: ComplianceFinding) => severity },
  { id: 'set', header: 'Rule set', value: ({ ruleSet }: ComplianceFinding) => ruleSet },
  { id: 'rule', header: 'Rule', value: ({ rule }: ComplianceFinding) => rule },
  { id: 'cluster', header: 'Cluster', value: ({ cluster }: ComplianceFinding) => cluster },
  { id: 'namespace', header: 'Namespace', value: ({ subject }: ComplianceFinding) => subject.namespace },
  { id: 'subject', header: 'Subject', value: ({ subject }: ComplianceFinding) => `${subject.kind} ${subject.name}` },
  { id: 'message', header: 'Finding', value: ({ message }: ComplianceFinding) => message },
  { id: 'remedy', header: 'Remedy', value: ({ remedy }: ComplianceFinding) => remedy },
];

/** Rule by rule: what falls short and what to do. Which sets of rules run stands above, for an empty list means nothing without it. */
export function CompliancePanel({ reply, place }: { reply: PolicyComplianceReply; place: Place | undefined }) {
  const { namespaces } = useScope();
  const setUrl = useSetUrl();
  const open = useUrlValues()['rule'];
  const rows = useMemo(() => ruleRows(reply, { place, namespaces }), [reply, place, namespaces]);
  const findings = rows.flatMap((row) => row.findings);
  return (
    <Panel
      title="Compliance"
      note={counted(findings.length, 'finding')}
      flush
      actions={<CsvButton fileName="compliance" rows={findings} columns={CSV_COLUMNS} />}
    >
      <ul className="flex flex-col gap-1 px-4 pb-3 text-sm">
        {reply.ruleSets.map((set) => (
          <RuleSetLine key={set.name} set={set} />
        ))}
      </ul>
      {reply.findingsOmitted > 0 && (
        <p className="px-4 pb-2 text-sm text-degraded-ink">
          {counted(reply.findingsOmitted, 'finding')} more were left out: narrow the scope.
        </p>
      )}
      <ul className="divide-y divide-line border-t border-line text-sm">
        {rows.map((row) => {
          const key = `${row.ruleSet}/${row.rule}`;
          return (
            <Rule
              key={key}
              row={row}
              open={open === key}
              onToggle={() => setUrl({ rule: open === key ? undefined : key }, { replace: true })}
            />
          );
        })}
      </ul>
    </Panel>
  );
}

const SET_STATES = { active: 'up', off: 'unused', away: 'down', broken: 'degraded' };

function RuleSetLine({ set }: { set: RuleSet }) {
  return (
    <li className="flex items-baseline gap-2" data-rule-set={set.name} data-state={set.state}>
      <ServiceMark state={SET_STATES[set.state]} />
      <span className={set.state === 'away' || set.state === 'broken' ? 'text-degraded-ink' : 'text-ink-2'}>
        {ruleSetWords(set)}
        {set.since !== undefined && (
          <>
            {' '}
            Since <When at={set.since} />.
          </>
        )}
      </span>
    </li>
  );
}

function Rule({ row, open, onToggle }: { row: RuleRow; open: boolean; onToggle: () => void }) {
  const { title, severity, findings } = row;
  if (severity === undefined)
    return (
      <li className="flex h-9 items-center gap-2 px-4 pl-10 text-ink-3">
        {title} <span className="ml-auto">kept everywhere</span>
      </li>
    );
  return (
    <li>
      <button
        type="button"
        aria-expanded={open}
        onClick={onToggle}
        className="flex min-h-9 w-full items-center gap-2 px-4 text-left hover:bg-inset/50"
      >
        <ChevronRight size={14} aria-hidden className={open ? 'rotate-90 text-ink-3' : 'text-ink-3'} />
        <Severity of={severity} />
        <span className="font-medium">{title}</span>
        {row.ruleSet === 'opa' && <span className="text-ink-3">OPA</span>}
        <span className="figures ml-auto text-ink-2">{findings.length}</span>
      </button>
      {open && (
        <ul className="pb-2 pl-10 [&>li]:px-4 [&>li]:py-1">
          {findings.slice(0, SHOWN_MAX).map((finding) => (
            <Finding
              key={`${finding.cluster} ${finding.subject.kind} ${finding.subject.namespace}/${finding.subject.name} ${finding.message}`}
              finding={finding}
            />
          ))}
          {findings.length > SHOWN_MAX && <li className="text-ink-3">and {findings.length - SHOWN_MAX} more, in the CSV</li>}
        </ul>
      )}
    </li>
  );
}

function Finding({ finding: { cluster, subject, policyKind, message, remedy, severity } }: { finding: ComplianceFinding }) {
  const { kind, namespace, name } = subject;
  return (
    <li className="flex items-start gap-2">
      <span className="mt-0.5">
        <Severity of={severity} />
      </span>
      <span className="min-w-0 text-pretty">
        {kind === 'workload' ? (
          <WorkloadLink cluster={cluster} namespace={namespace} name={name} className="font-medium" />
        ) : kind === 'policy' && policyKind ? (
          <PolicyLink cluster={cluster} policy={{ kind: policyKind, namespace, name }} className="font-medium" />
        ) : (
          <span className="font-medium">{name || kind}</span>
        )}{' '}
        {namespace !== name && <span className="text-ink-3">{namespace}</span>}
        <span className="block">
          <Words text={message} />
        </span>
        {remedy !== undefined && (
          <span className="block text-ink-2">
            <Words text={remedy} />
          </span>
        )}
      </span>
    </li>
  );
}
