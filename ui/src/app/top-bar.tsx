/** Scope, time, search, freshness, person: what every page shares. */
export function TopBar() {
  return <header className="flex h-12 shrink-0 items-center border-b border-line bg-surface px-3" />;
}
