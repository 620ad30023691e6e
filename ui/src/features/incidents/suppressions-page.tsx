import { useQuery } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../components/button.js';
import { QueryView } from '../../components/query-view.js';
import { Segmented } from '../../components/segmented.js';
import { ServiceAway } from '../../components/service-away.js';
import { Skeleton } from '../../components/state-view.js';
import { allowancesQuery, suppressionsQuery } from '../../lib/anomaly-queries.js';
import { useSetUrl, useUrlValues } from '../../lib/url-state.js';
import { useNow } from '../../lib/use-now.js';
import { AllowDialog } from './allow-dialog.js';
import { IncidentFrame } from './incident-frame.js';
import { allowanceRules, suppressionRules } from './model/rules.js';
import { RuleTable } from './rule-table.js';
import { SuppressSomething } from './suppress-dialog.js';

/** What nobody is told about, and which patterns are expected: until when, why, and who said so. */
export function SuppressionsPage() {
  const expired = useUrlValues()['show'] === 'all';
  const setUrl = useSetUrl();
  const now = useNow();
  const suppressions = useQuery(suppressionsQuery({ expired }));
  const allowances = useQuery(allowancesQuery({ expired }));
  const [dialog, setDialog] = useState<'suppress' | 'allow'>();
  const close = () => setDialog(undefined);
  const add = (of: 'suppress' | 'allow', words: string) => (
    <Button size="small" onClick={() => setDialog(of)}>
      <Plus size={13} aria-hidden /> {words}
    </Button>
  );
  return (
    <IncidentFrame
      title="Suppressions"
      sentence="What nobody is told about, and which patterns are expected. Each has a reason and an end, and comes back by itself."
      actions={
        <Segmented
          label="Show"
          value={expired ? 'all' : 'running'}
          options={[
            { value: 'running', label: 'Running' },
            { value: 'all', label: 'With those that ended' },
          ]}
          onChange={(show) => setUrl({ show: show === 'all' ? 'all' : undefined })}
        />
      }
    >
      <ServiceAway service="anomaly" />
      <QueryView query={suppressions} skeleton={<Skeleton className="h-48" />} title="Suppressions">
        {(reply) => (
          <RuleTable
            of="suppressions"
            title="Suppressions"
            purpose="Still judged and shown, but nobody is told."
            rules={suppressionRules(reply.suppressions, now)}
            empty={expired ? 'Nothing was ever suppressed, as far as is kept.' : 'Nothing is suppressed: every alert is sent.'}
            actions={add('suppress', 'Suppress …')}
          />
        )}
      </QueryView>
      <QueryView query={allowances} skeleton={<Skeleton className="h-48" />} title="Allow-list">
        {(reply) => (
          <RuleTable
            of="allowances"
            title="Allow-list"
            purpose="Security patterns that are expected between two workloads and not looked for there: a backup, a scanner of your own."
            rules={allowanceRules(reply.allowances, now)}
            empty={expired ? 'Nothing was ever allowed, as far as is kept.' : 'No pattern is allowed: every one is looked for everywhere.'}
            actions={add('allow', 'Allow …')}
          />
        )}
      </QueryView>
      <SuppressSomething open={dialog === 'suppress'} onClose={close} />
      <AllowDialog open={dialog === 'allow'} onClose={close} />
    </IncidentFrame>
  );
}
