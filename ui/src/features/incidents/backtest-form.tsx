import type { DetectionConfig } from '@observatory/contracts';
import { Play } from 'lucide-react';
import { type ReactNode, useId, useState } from 'react';
import { Button } from '../../components/button.js';
import { FIELD, SelectField } from '../../components/fields.js';
import { Panel } from '../../components/panel.js';
import { Segmented } from '../../components/segmented.js';
import { changedConfig, type ConfigForm, formOf } from './model/backtest.js';
import { BUDGET_WORDS } from './model/learning.js';

interface BacktestFormProps<Span extends string> {
  config: DetectionConfig;
  span: Span;
  spans: readonly Span[];
  onSpan: (span: Span) => void;
  pending: boolean;
  onRun: (changed: Partial<DetectionConfig>) => void;
}

const BUDGETS = (Object.keys(BUDGET_WORDS) as DetectionConfig['budget'][]).map((value) => ({ value, label: BUDGET_WORDS[value] }));

/** The current configuration, to change and to run. What is left as it is, is run once. */
export function BacktestForm<Span extends string>({ config, span, spans, onSpan, pending, onRun }: BacktestFormProps<Span>) {
  const [form, setForm] = useState<ConfigForm>(() => formOf(config));
  const read = changedConfig(form, config);
  const put = (change: Partial<ConfigForm>) => setForm((before) => ({ ...before, ...change }));
  const differs = 'changed' in read && Object.keys(read.changed).length > 0;
  return (
    <Panel title="Configuration" note={differs ? 'changed: run beside the current one' : 'the current one'}>
      <form
        className="flex flex-col gap-4 text-sm"
        onSubmit={(event) => {
          event.preventDefault();
          if ('changed' in read) onRun(read.changed);
        }}
      >
        <div className="grid gap-x-6 gap-y-3 sm:grid-cols-2 xl:grid-cols-3">
          <Field label="False alerts">
            <SelectField
              label="False alerts"
              value={form.budget}
              options={BUDGETS}
              onChange={(budget) => put({ budget })}
              className="w-full"
            />
          </Field>
          <Field label="An alert is raised when">
            <span className="flex items-center gap-2">
              <Figure label="Unusual windows" value={form.needed} onChange={(needed) => put({ needed })} /> of
              <Figure label="Of so many windows" value={form.of} onChange={(of) => put({ of })} /> windows are unusual
            </span>
          </Field>
          <Field label="It ends after">
            <span className="flex items-center gap-2">
              <Figure label="Quiet windows" value={form.closeAfter} onChange={(closeAfter) => put({ closeAfter })} /> quiet windows
            </span>
          </Field>
          <Field label="Least load">
            <span className="flex items-center gap-2">
              <Figure
                label="Requests a minute"
                value={form.minimumRequestsPerMinute}
                onChange={(minimumRequestsPerMinute) => put({ minimumRequestsPerMinute })}
              />{' '}
              requests a minute
            </span>
          </Field>
          <Field label="Least change">
            <span className="flex items-center gap-2">
              <Figure
                label="Per cent of what was expected"
                value={form.minimumChange}
                onChange={(minimumChange) => put({ minimumChange })}
              />{' '}
              % from what was expected
            </span>
          </Field>
        </div>
        {'problem' in read && (
          <p role="alert" className="text-failing-ink">
            {read.problem}.
          </p>
        )}
        <div className="flex flex-wrap items-center gap-2">
          <span aria-hidden className="text-ink-3">
            Over the last
          </span>
          <Segmented
            label="Over how much history"
            value={span}
            options={spans.map((value) => ({ value, label: value }))}
            onChange={onSpan}
          />
          <Button type="submit" look="solid" disabled={pending || 'problem' in read}>
            <Play size={13} aria-hidden /> {pending ? 'Running …' : 'Run'}
          </Button>
          {differs && (
            <Button look="plain" onClick={() => setForm(formOf(config))}>
              As it is now
            </Button>
          )}
        </div>
      </form>
    </Panel>
  );
}

function Field({ label, children }: { label: string; children: ReactNode }) {
  const id = useId();
  return (
    <div role="group" aria-labelledby={id} className="flex flex-col gap-1">
      <span id={id} className="text-ink-3">
        {label}
      </span>
      {children}
    </div>
  );
}

function Figure({ label, value, onChange }: { label: string; value: string; onChange: (text: string) => void }) {
  return (
    <input
      aria-label={label}
      title={label}
      inputMode="decimal"
      value={value}
      onChange={(event) => onChange(event.target.value)}
      className={`${FIELD} figures w-16 text-right`}
    />
  );
}
