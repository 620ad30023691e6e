import type { ReactNode } from 'react';

/** Names and values; what is not known of this thing is left out. */
export function Facts({ facts }: { facts: [string, ReactNode | undefined | false][] }) {
  const known = facts.filter(([, value]) => value !== undefined && value !== false && value !== '');
  return (
    <dl className="mt-4 grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1 text-sm">
      {known.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-ink-3">{name}</dt>
          <dd className="min-w-0 break-words">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
