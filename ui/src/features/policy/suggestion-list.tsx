import type { PolicySuggestion } from '@observatory/contracts';
import { useNavigate } from '@tanstack/react-router';
import { Check, ChevronRight, Copy, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../components/button.js';
import { Words } from '../../components/words.js';
import { asSentence } from '../../lib/format.js';
import { useSetUrl, useUrlValues } from '../../lib/url-state.js';
import { appendDocument, useDraft } from './draft.js';
import { LazyEditor } from './lazy-editor.js';
import { ofState, SUGGESTION_STATES, SUGGESTION_WORDS, suggestionTitle } from './model/suggest-view.js';

const SHOWN_MAX = 200;
const LINE_PX = 19.5;

/** What is withheld stands first: it is what one would otherwise miss. */
export function SuggestionList({ suggestions }: { suggestions: readonly PolicySuggestion[] }) {
  return SUGGESTION_STATES.map((state) => {
    const list = ofState(suggestions, state);
    if (list.length === 0) return null;
    const { title, meaning } = SUGGESTION_WORDS[state];
    return (
      <section key={state} className="border-t border-line" data-suggestions={state}>
        <h3 className="flex flex-wrap items-baseline gap-x-2 px-4 pt-3 pb-1 text-sm">
          {title} <span className="figures font-normal text-ink-3">{list.length}</span>
          <span className="font-normal text-ink-3">{meaning}</span>
        </h3>
        <ul className="divide-y divide-line/60 text-sm">
          {list.slice(0, SHOWN_MAX).map((suggestion) => (
            <Suggestion key={`${suggestion.namespace}/${suggestion.name}`} suggestion={suggestion} />
          ))}
        </ul>
        {list.length > SHOWN_MAX && <p className="px-4 py-2 text-sm text-ink-3">and {list.length - SHOWN_MAX} more: narrow the scope</p>}
      </section>
    );
  });
}

function Suggestion({ suggestion }: { suggestion: PolicySuggestion }) {
  const { namespace, name, yaml, reasons, cautions } = suggestion;
  const setUrl = useSetUrl();
  const key = `${namespace}/${name}`;
  const open = useUrlValues()['show'] === key;
  return (
    <li>
      <div className="flex flex-wrap items-start gap-x-4 gap-y-1 px-4 py-2">
        <div className="min-w-0 flex-1 basis-72">
          {yaml === '' ? (
            <p className="pl-5 font-medium">{suggestionTitle(suggestion)}</p>
          ) : (
            <button
              type="button"
              aria-expanded={open}
              onClick={() => setUrl({ show: open ? undefined : key }, { replace: true })}
              className="flex items-center gap-1.5 rounded-sm text-left font-medium hover:text-accent"
            >
              <ChevronRight size={14} aria-hidden className={open ? 'rotate-90 text-ink-3' : 'text-ink-3'} /> {suggestionTitle(suggestion)}
            </button>
          )}
          <div className="pl-5 text-pretty">
            {reasons.map((reason) => (
              <p key={reason} className="text-ink-2">
                <Words text={asSentence(reason)} />
              </p>
            ))}
            {cautions.map((caution) => (
              <p key={caution} className="flex items-start gap-1.5 text-degraded-ink">
                <TriangleAlert size={13} aria-hidden className="mt-0.5 shrink-0" />
                <span>
                  <Words text={asSentence(caution)} />
                </span>
              </p>
            ))}
          </div>
        </div>
        {yaml !== '' && <Actions yaml={yaml} />}
      </div>
      {open && (
        <div className="px-4 pb-3 pl-9">
          <LazyEditor
            label={`Suggestion for ${suggestionTitle(suggestion)}`}
            value={yaml}
            height={`${Math.min(480, yaml.split('\n').length * LINE_PX + 20)}px`}
          />
        </div>
      )}
    </li>
  );
}

function Actions({ yaml }: { yaml: string }) {
  const [copied, setCopied] = useState(false);
  const navigate = useNavigate();
  const Icon = copied ? Check : Copy;
  const add = () => {
    const { text, set } = useDraft.getState();
    set({ text: appendDocument(text, yaml) });
    void navigate({ to: '/policies/what-if' });
  };
  return (
    <span className="flex gap-1">
      <Button
        look="plain"
        size="small"
        onClick={() => void navigator.clipboard.writeText(yaml).then(() => setCopied(true))}
        onBlur={() => setCopied(false)}
      >
        <Icon size={13} aria-hidden /> {copied ? 'Copied' : 'Copy'}
      </Button>
      <Button look="plain" size="small" onClick={add}>
        Add to the draft
      </Button>
    </span>
  );
}
