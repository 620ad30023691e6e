import { useEffect, useState } from 'react';
import { classes } from './classes.js';

export const FIELD = 'h-(--control) min-w-0 rounded-md border border-line-strong bg-bg px-2 text-sm placeholder:text-ink-3';
const TYPING_MS = 200;

interface SearchFieldProps {
  label: string;
  value: string;
  placeholder?: string;
  onChange: (text: string) => void;
  className?: string;
}

/** Text that narrows what is shown; told a moment after the last key. */
export function SearchField({ label, value, placeholder, onChange, className }: SearchFieldProps) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (text === value) return;
    const timer = setTimeout(() => onChange(text), TYPING_MS);
    return () => clearTimeout(timer);
  }, [text, value, onChange]);
  return (
    <input
      type="search"
      aria-label={label}
      value={text}
      placeholder={placeholder ?? label}
      spellCheck={false}
      autoComplete="off"
      onChange={(event) => setText(event.target.value)}
      className={classes(FIELD, className)}
    />
  );
}

interface SelectFieldProps<Value extends string> {
  label: string;
  value: Value;
  options: readonly { value: Value; label: string }[];
  onChange: (value: Value) => void;
  className?: string;
}

/** A native select: the browser's own keyboard, touch and screen-reader behaviour. */
export function SelectField<Value extends string>({ label, value, options, onChange, className }: SelectFieldProps<Value>) {
  return (
    <select
      aria-label={label}
      title={label}
      value={value}
      onChange={(event) => onChange(event.target.value as Value)}
      className={classes(FIELD, className)}
    >
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.label}
        </option>
      ))}
    </select>
  );
}
