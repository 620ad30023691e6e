import type { PolicyCoverageReply, UnusedRule } from '@observatory/contracts';
import { CsvButton, type DataColumn, DataTable } from '../../components/data-table.js';
import { Panel } from '../../components/panel.js';
import { significant } from '../../lib/format.js';
import { type Place, placeText } from './model/coverage-view.js';
import { PolicyLink } from './policy-link.js';

const UNUSED_COLUMNS: DataColumn<UnusedRule>[] = [
  {
    id: 'policy',
    header: 'Policy',
    value: ({ policy }) => `${policy.namespace}/${policy.name}`,
    cell: ({ cluster, policy }) => <PolicyLink cluster={cluster} policy={policy} full className="font-medium" />,
  },
  { id: 'rule', header: 'Rule', align: 'right', value: ({ rule }) => rule + 1, cell: ({ rule }) => rule + 1 },
  { id: 'words', header: 'What was seen', value: ({ words }) => words, cell: ({ words }) => words },
];

/** Rules that no recorded flow matched, with how much was recorded: a rule may guard what is rare. */
export function UnusedRules({ reply, place }: { reply: PolicyCoverageReply; place: Place | undefined }) {
  const rows = reply.unusedRules.filter(
    ({ cluster, policy }) => place === undefined || placeText({ cluster, namespace: policy.namespace }) === placeText(place),
  );
  const { days, detail } = reply.usage;
  return (
    <Panel
      title="Rules that no traffic used"
      note={days === null ? 'not known' : `over ${significant(days, 2)} days`}
      flush
      actions={<CsvButton fileName="unused-rules" rows={rows} columns={UNUSED_COLUMNS} />}
    >
      <p className="px-4 pb-2 text-sm text-ink-2">
        {detail}. A rule that guards what happens once a quarter is unused too: what a rule is for is yours to know.
      </p>
      <DataTable
        caption="Unused rules"
        rows={rows}
        columns={UNUSED_COLUMNS}
        rowKey={({ cluster, policy, rule }) => `${cluster} ${policy.kind} ${policy.namespace}/${policy.name} ${rule}`}
        empty={
          days === null
            ? 'Whether rules are used is not known: no traffic is recorded.'
            : 'Every rule was matched by some flow of the recording, or asks for what is not recorded.'
        }
      />
    </Panel>
  );
}
