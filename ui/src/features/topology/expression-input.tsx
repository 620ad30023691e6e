import { useEffect, useId, useState } from 'react';
import { classes } from '../../components/classes.js';
import { parseExpression, type ExpressionProblem } from './model/expression.js';

interface ExpressionInputProps {
  label: string;
  value: string;
  onChange: (text: string) => void;
  placeholder: string;
  /** How many match, in words. */
  note?: string | undefined;
  className?: string;
}

const TYPING_MS = 250;

/** A line of the find-and-hide language; a mistake is said where it is, with what could stand there. */
export function ExpressionInput({ label, value, onChange, placeholder, note, className }: ExpressionInputProps) {
  const [text, setText] = useState(value);
  const [focused, setFocused] = useState(false);
  const problemId = useId();
  useEffect(() => setText(value), [value]);
  const parsed = parseExpression(text);
  useEffect(() => {
    if (text === value || !parsed.ok) return;
    const timer = setTimeout(() => onChange(text), TYPING_MS);
    return () => clearTimeout(timer);
  }, [text, value, parsed.ok, onChange]);
  const problem = parsed.ok ? undefined : parsed.problem;
  return (
    <div className={classes('relative min-w-0', className)}>
      <input
        type="search"
        aria-label={label}
        aria-invalid={problem !== undefined}
        aria-describedby={problem ? problemId : undefined}
        value={text}
        placeholder={placeholder}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => setText(event.target.value)}
        onFocus={() => setFocused(true)}
        onBlur={() => setFocused(false)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && parsed.ok) onChange(text);
          if (event.key === 'Escape') setText('');
        }}
        className={classes(
          'h-(--control) w-full rounded-md border bg-surface px-2.5 text-sm placeholder:text-ink-3',
          problem && !focused ? 'border-failing' : 'border-line-strong',
        )}
      />
      {note !== undefined && text !== '' && !problem && (
        <span className="figures pointer-events-none absolute top-1/2 right-7 -translate-y-1/2 text-xs text-ink-3">{note}</span>
      )}
      {problem && <Problem id={problemId} problem={problem} text={text} onFix={setText} />}
    </div>
  );
}

function Problem({ id, problem, text, onFix }: { id: string; problem: ExpressionProblem; text: string; onFix: (text: string) => void }) {
  const { position, length } = problem;
  const fix = (suggestion: string) => {
    const gap = position > 0 && !/[\s(]$/u.test(text.slice(0, position)) ? ' ' : '';
    const after = text.slice(position + (isInsertion(suggestion) ? 0 : length)).trimStart();
    onFix(`${text.slice(0, position)}${gap}${suggestion} ${after}`);
  };
  return (
    <div
      id={id}
      role="status"
      className="absolute top-full left-0 z-30 mt-1 w-80 max-w-[90vw] rounded-md border border-line bg-surface p-2 text-sm shadow-(--shadow)"
    >
      <p className="font-mono text-xs whitespace-pre text-ink-3" aria-hidden>
        {text}
        {'\n'}
        {' '.repeat(position)}
        <span className="text-failing">{'^'.repeat(Math.max(1, Math.min(length, 20)))}</span>
      </p>
      <p className="mt-1">{problem.message}</p>
      <p className="mt-1 flex flex-wrap gap-1">
        {problem.suggestions.map((suggestion) => (
          <button
            key={suggestion}
            type="button"
            // Keeps the input focused, so that typing goes on.
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => fix(suggestion)}
            className="rounded-sm bg-inset px-1.5 font-mono text-xs leading-5 hover:bg-accent-soft"
          >
            {suggestion}
          </button>
        ))}
      </p>
    </div>
  );
}

/** Words that stand before what is there rather than in its place. */
const isInsertion = (suggestion: string) => ['and', 'or'].includes(suggestion);
