import { useId } from 'react';

interface ChoiceProps {
  label: string;
  value: string;
  names: Record<string, string>;
  onChange: (value: string) => void;
}

/** A native select: the browser's own keyboard, touch and screen-reader behaviour. */
export function Choice({ label, value, names, onChange }: ChoiceProps) {
  return (
    <select
      aria-label={label}
      title={label}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      className="h-(--control) max-w-38 rounded-md border border-line-strong bg-surface px-2 text-sm font-medium hover:bg-inset"
    >
      {Object.entries(names).map(([key, name]) => (
        <option key={key} value={key}>
          {name}
        </option>
      ))}
    </select>
  );
}

export function Switch({ label, checked, onChange }: { label: string; checked: boolean; onChange: (checked: boolean) => void }) {
  const id = useId();
  return (
    <label htmlFor={id} className="flex h-8 cursor-pointer items-center gap-2 rounded-md px-2 hover:bg-inset">
      <input
        id={id}
        type="checkbox"
        checked={checked}
        onChange={(event) => onChange(event.target.checked)}
        className="size-3.5 accent-(--accent)"
      />
      {label}
    </label>
  );
}
