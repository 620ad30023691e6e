import type { PolicyFlow } from '@observatory/contracts';
import { useId } from 'react';
import { FIELD, SelectField } from '../../components/fields.js';
import { Segmented } from '../../components/segmented.js';
import { requestRate } from '../../lib/format.js';
import { FACT_WORDS, flowLine, formOf, type RequestForm, requestOf, type TextField } from './model/request-form.js';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

interface RequestBuilderProps {
  form: RequestForm;
  onChange: (form: RequestForm) => void;
  /** Recorded flows to the workload, busiest first. */
  flows: readonly PolicyFlow[];
  principals: readonly string[];
}

/** One request, fact by fact; a recorded flow fills it in. */
export function RequestBuilder({ form, onChange, flows, principals }: RequestBuilderProps) {
  const id = useId();
  const { problems } = requestOf(form);
  const input = (field: TextField, label: string, extra: { list?: string; placeholder?: string; className?: string } = {}) => (
    <Text
      label={label}
      value={form[field]}
      problem={problems.find((each) => each.field === field)?.message}
      onChange={(value) => onChange({ ...form, [field]: value })}
      {...extra}
    />
  );
  const http = form.protocol === 'http';
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-end gap-2">
        <SelectField
          label="Fill in from recorded traffic"
          value=""
          options={[
            { value: '', label: flows.length > 0 ? 'Fill in from recorded traffic …' : 'No traffic to it is recorded' },
            ...flows.map((flow) => ({ value: flow.id, label: `${flowLine(flow)} (${requestRate(flow.requestsPerSecond)})` })),
          ]}
          onChange={(chosen) => {
            const flow = flows.find((each) => each.id === chosen);
            if (flow) onChange(formOf(flow.request));
          }}
          className="min-w-0 flex-1 basis-56"
        />
        <Segmented
          label="Protocol"
          value={form.protocol}
          options={[
            { value: 'http', label: 'HTTP, gRPC' },
            { value: 'tcp', label: 'TCP' },
          ]}
          onChange={(protocol) => onChange({ ...form, protocol })}
        />
      </div>
      <datalist id={`${id}-principals`}>
        {principals.map((each) => (
          <option key={each} value={each}>
            {each}
          </option>
        ))}
      </datalist>
      <datalist id={`${id}-methods`}>
        {METHODS.map((each) => (
          <option key={each} value={each}>
            {each}
          </option>
        ))}
      </datalist>
      <div className="grid grid-cols-2 gap-x-3 gap-y-2 sm:grid-cols-4">
        {input('principal', 'Identity of the caller', {
          list: `${id}-principals`,
          placeholder: 'none: plain text, without identity',
          className: 'col-span-2 sm:col-span-4',
        })}
        {http && input('method', 'Method', { list: `${id}-methods` })}
        {http && input('path', 'Path', { placeholder: '/', className: 'sm:col-span-2' })}
        {input('port', 'Port', { placeholder: '8080' })}
        {http && input('host', 'Host', { placeholder: 'not sent', className: 'col-span-2' })}
        {input('ip', 'Address of the connection', { placeholder: 'none', className: http ? '' : 'sm:col-span-2' })}
        {http && input('remoteIp', 'Address of the client', { placeholder: 'none' })}
      </div>
      <details>
        <summary className="text-sm text-ink-3">{http ? 'Headers, token, namespace, SNI' : 'Namespace, SNI'}</summary>
        <div className="mt-2 grid grid-cols-2 gap-x-3 gap-y-2">
          {http && (
            <Lines
              label="Headers, one a line"
              value={form.headers}
              problem={problems.find(({ field }) => field === 'headers')?.message}
              onChange={(headers) => onChange({ ...form, headers })}
            />
          )}
          {http && input('jwtPrincipal', 'Token: issuer/subject', { placeholder: 'no token' })}
          {http && input('audiences', 'Token: audiences', { placeholder: 'a, b' })}
          {http && input('claims', 'Token: claims (JSON)', { placeholder: '{"group": ["admins"]}', className: 'col-span-2' })}
          {input('namespace', 'Namespace of the caller', { placeholder: 'as the identity says' })}
          {input('sni', 'Name in the TLS handshake')}
        </div>
      </details>
      <Unknown form={form} onChange={onChange} />
    </div>
  );
}

interface TextProps {
  label: string;
  value: string;
  problem: string | undefined;
  onChange: (value: string) => void;
  list?: string;
  placeholder?: string;
  className?: string;
}

function Text({ label, value, problem, onChange, list, placeholder, className }: TextProps) {
  return (
    <label className={`flex min-w-0 flex-col gap-0.5 text-sm ${className ?? ''}`}>
      <span className="truncate text-xs text-ink-3">{label}</span>
      <input
        value={value}
        list={list}
        placeholder={placeholder}
        spellCheck={false}
        autoComplete="off"
        aria-invalid={problem !== undefined}
        onChange={(event) => onChange(event.target.value)}
        className={FIELD}
      />
      {problem !== undefined && <span className="text-xs text-failing-ink">{problem}</span>}
    </label>
  );
}

function Lines({ label, value, problem, onChange }: Pick<TextProps, 'label' | 'value' | 'problem' | 'onChange'>) {
  return (
    <label className="col-span-2 flex min-w-0 flex-col gap-0.5 text-sm">
      <span className="text-xs text-ink-3">{label}</span>
      <textarea
        value={value}
        rows={2}
        placeholder="x-request-id: 1"
        spellCheck={false}
        aria-invalid={problem !== undefined}
        onChange={(event) => onChange(event.target.value)}
        className={`${FIELD} h-auto py-1 font-mono`}
      />
      {problem !== undefined && <span className="text-xs text-failing-ink">{problem}</span>}
    </label>
  );
}

/** What the recording does not tell stays unknown until somebody says otherwise: then the engine decides for every value. */
function Unknown({ form, onChange }: Pick<RequestBuilderProps, 'form' | 'onChange'>) {
  const open = requestOf(form).request.unknown ?? [];
  if (open.length === 0) return null;
  return (
    <p className="flex flex-wrap items-center gap-1.5 text-sm text-ink-2">
      <span>Not recorded, so decided for every value they could have:</span>
      {open.map((fact) => (
        <button
          key={fact}
          type="button"
          onClick={() => onChange({ ...form, unknown: form.unknown.filter((each) => each !== fact) })}
          title="Say that the request has none"
          className="inline-flex h-5 items-center gap-1 rounded-sm bg-inset px-1.5 text-xs hover:bg-accent-soft"
        >
          {FACT_WORDS[fact] ?? fact} <span aria-hidden>×</span>
          <span className="sr-only">: say that it has none</span>
        </button>
      ))}
    </p>
  );
}
