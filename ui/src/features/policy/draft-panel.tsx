import type { PolicyDiagnostic, PolicyValidateReply } from '@observatory/contracts';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link2 } from 'lucide-react';
import { type ReactNode, useCallback, useMemo, useState } from 'react';
import { Button } from '../../components/button.js';
import { SelectField } from '../../components/fields.js';
import { Panel } from '../../components/panel.js';
import { Words } from '../../components/words.js';
import { asSentence, counted } from '../../lib/format.js';
import { policiesQuery, policyQuery, validateQuery } from '../../lib/policy-queries.js';
import { useSettled } from '../../lib/use-settled.js';
import { appendDocument, useDraft } from './draft.js';
import { LazyEditor } from './lazy-editor.js';
import { Severity } from './marks.js';
import { suggestions, type LiveNames } from './model/complete.js';
import { packDraft } from './model/draft-link.js';
import { editorMarks } from './model/editor-marks.js';
import { KIND_NAMES, parseRef, refText } from './model/kinds.js';
import { TEMPLATES } from './templates.js';

const TYPING_MS = 350;
const HINT = 'Paste or write policies here: several documents are parted by ---. Ctrl-Space offers what fits.';

interface DraftPanelProps {
  cluster: string;
  names: LiveNames;
  /** CSS height of the editor. */
  height: string;
  onRun?: (() => void) | undefined;
  /** Below the editor, above what was found. */
  footer?: ReactNode;
}

/** The policies being written, checked as they are. */
export function DraftPanel({ cluster, names, height, onRun, footer }: DraftPanelProps) {
  const { text, set } = useDraft();
  const settled = useSettled(text, TYPING_MS);
  const empty = settled.trim() === '';
  const checked = useQuery({ ...validateQuery({ policies: settled, cluster }), enabled: !empty });
  const reply = empty ? undefined : checked.data;
  // Marks belong to the text that was checked: on another text they would stand at wrong places.
  const marks = useMemo(() => (reply && settled === text ? editorMarks(text, reply.diagnostics) : []), [reply, settled, text]);
  const suggest = useCallback((now: string, offset: number) => suggestions(now, offset, names), [names]);
  const setText = useCallback((next: string) => set({ text: next }), [set]);
  return (
    <Panel title="Policies that are not applied" actions={<DraftActions />}>
      <div className="mb-2 flex flex-wrap gap-2">
        <AddApplied cluster={cluster} />
        <SelectField
          label="Add a template"
          value=""
          options={[{ value: '', label: 'Add a template …' }, ...TEMPLATES.map(({ label }) => ({ value: label, label }))]}
          onChange={(label) => {
            const template = TEMPLATES.find((each) => each.label === label);
            if (template) setText(appendDocument(text, template.yaml));
          }}
        />
      </div>
      <LazyEditor
        label="Policies as YAML"
        value={text}
        onChange={setText}
        onRun={onRun}
        marks={marks}
        suggest={suggest}
        hint={HINT}
        height={height}
      />
      <p className="mt-1 text-xs text-ink-3">Tab leaves the editor; Ctrl-] and Ctrl-[ indent; Ctrl-Space completes.</p>
      {footer}
      {checked.isError && !empty && (
        <p role="alert" className="mt-2 text-sm text-failing-ink">
          Not checked: {checked.error.message}
        </p>
      )}
      {reply && <Findings reply={reply} />}
    </Panel>
  );
}

function DraftActions() {
  const { text, deletions, set } = useDraft();
  const [told, setTold] = useState<string>();
  const share = async () => {
    const draft = await packDraft({ text, deletions });
    if (draft === undefined) return setTold('Too long for a link: send the file');
    const url = new URL(location.href);
    url.searchParams.set('draft', draft);
    await navigator.clipboard.writeText(url.href);
    setTold('Link copied');
  };
  if (text === '' && deletions.length === 0) return null;
  return (
    <>
      <span role="status" className="text-sm text-ink-3">
        {told}
      </span>
      <Button
        look="plain"
        size="small"
        onClick={() => void share()}
        onBlur={() => setTold(undefined)}
        title="Copy a link that carries what is written here"
      >
        <Link2 size={13} aria-hidden /> Link
      </Button>
      <Button look="plain" size="small" onClick={() => set({ text: '', deletions: [] })}>
        Clear
      </Button>
    </>
  );
}

/** Takes an applied policy as the beginning of a change. */
function AddApplied({ cluster }: { cluster: string }) {
  const queries = useQueryClient();
  const list = useQuery(policiesQuery({ cluster }));
  const [problem, setProblem] = useState<string>();
  const add = async (ref: string) => {
    const policy = parseRef(ref);
    if (!policy) return;
    try {
      const { yaml } = await queries.fetchQuery(policyQuery({ cluster, ...policy }));
      const { text, set } = useDraft.getState();
      set({ text: appendDocument(text, yaml) });
      setProblem(undefined);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  };
  const options = (list.data?.policies ?? []).map((policy) => ({
    value: refText(policy),
    label: `${policy.namespace}/${policy.name} (${KIND_NAMES[policy.kind]})`,
  }));
  return (
    <>
      <SelectField
        label="Edit an applied policy"
        value=""
        options={[{ value: '', label: 'Edit an applied policy …' }, ...options]}
        onChange={(ref) => void add(ref)}
        className="max-w-64"
      />
      {problem !== undefined && (
        <span role="alert" className="self-center text-sm text-failing-ink">
          Not read: {problem}
        </span>
      )}
    </>
  );
}

const SHOWN_MAX = 50;

function Findings({ reply: { diagnostics, policies, omitted } }: { reply: PolicyValidateReply }) {
  return (
    <div className="mt-3 flex flex-col gap-3 text-sm">
      {diagnostics.length > 0 && (
        <ul aria-label="Problems" className="flex flex-col gap-1.5">
          {diagnostics.slice(0, SHOWN_MAX).map((diagnostic) => (
            <Finding key={`${diagnostic.code} ${diagnostic.policy} ${diagnostic.path} ${diagnostic.message}`} diagnostic={diagnostic} />
          ))}
          {diagnostics.length + omitted > SHOWN_MAX && (
            <li className="text-ink-3">and {counted(diagnostics.length + omitted - SHOWN_MAX, 'more problem')}</li>
          )}
        </ul>
      )}
      {policies.length > 0 && (
        <details open={policies.length <= 3}>
          <summary className="text-ink-3">{counted(policies.length, 'policy', 'policies')} in plain words</summary>
          <ul className="mt-1 flex flex-col gap-2">
            {policies.slice(0, SHOWN_MAX).map(({ kind, namespace, name, words }) => (
              <li key={`${kind}/${namespace}/${name}`} className="text-pretty">
                <span className="font-medium">
                  {namespace}/{name}
                </span>{' '}
                <span className="text-ink-3">{KIND_NAMES[kind]}</span>
                {words.map((line) => (
                  <span key={line} className="block">
                    <Words text={line} />
                  </span>
                ))}
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

export function Finding({ diagnostic: { severity, message, suggestion, line, policy } }: { diagnostic: PolicyDiagnostic }) {
  return (
    <li className="flex items-start gap-2">
      <span className="mt-px">
        <Severity of={severity} />
      </span>
      <span className="text-pretty">
        {line !== undefined && <span className="text-ink-3">Line {line}: </span>}
        <Words text={asSentence(message)} />
        {suggestion !== undefined && (
          <span className="text-ink-2">
            <span aria-label="instead"> → </span>
            <Words text={suggestion} />
          </span>
        )}
        {line === undefined && policy !== '' && <span className="text-ink-3"> ({policy})</span>}
      </span>
    </li>
  );
}
