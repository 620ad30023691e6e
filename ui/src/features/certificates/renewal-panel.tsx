import type { Certificate } from '@observatory/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { Button } from '../../components/button.js';
import { FIELD } from '../../components/fields.js';
import { Panel } from '../../components/panel.js';
import { askForRenewal } from '../../lib/certificate-queries.js';
import { asSentence } from '../../lib/format.js';

const VIA = { certManager: 'cert-manager', webhook: 'the webhook of the operator', nats: "the operator's automation on NATS" };

/** Asking for a new one, where an operator allows it; else why not. */
export function RenewalPanel({ certificate: { id, renewable } }: { certificate: Certificate }) {
  if (renewable.allowed) return <RenewalForm id={id} />;
  return (
    <Panel title="Renewal">
      <p className="text-sm text-pretty text-ink-2">Cannot be asked for from here: {renewable.reason ?? 'the service does not say why'}.</p>
    </Panel>
  );
}

function RenewalForm({ id }: { id: string }) {
  const queries = useQueryClient();
  const [reason, setReason] = useState('');
  const ask = useMutation({
    mutationFn: () => askForRenewal(id, reason.trim()),
    onSettled: () => queries.invalidateQueries({ queryKey: ['certificate'] }),
  });
  const submit = (event: React.FormEvent) => {
    event.preventDefault();
    ask.mutate();
  };
  return (
    <Panel title="Renewal" note="asking is written to the audit trail">
      <form onSubmit={submit} className="flex flex-wrap items-center gap-2 text-sm">
        <input
          aria-label="Why"
          placeholder="Why, for the audit trail (may be empty)"
          value={reason}
          maxLength={500}
          onChange={(event) => setReason(event.target.value)}
          className={`${FIELD} min-w-48 flex-1`}
        />
        <Button type="submit" look="solid" disabled={ask.isPending}>
          {ask.isPending ? 'Asking …' : 'Ask for a new one'}
        </Button>
      </form>
      {ask.isError && (
        <p role="alert" className="mt-2 text-sm text-failing-ink">
          Not asked for: {ask.error.message}
        </p>
      )}
      {ask.data && (
        <p role="status" className="mt-2 text-sm text-pretty">
          Asked {VIA[ask.data.via]}. {asSentence(ask.data.detail)} Whether it was renewed shows in the history below and in the{' '}
          <Link to="/audit" search={{ action: 'renewal' }} className="text-accent hover:underline">
            audit trail
          </Link>
          .
        </p>
      )}
    </Panel>
  );
}
