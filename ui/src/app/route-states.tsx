import { Link } from '@tanstack/react-router';
import { StateView } from '../components/state-view.js';

export function NotFoundView() {
  return (
    <StateView state="empty" title="There is no such page">
      The address may be from another version.{' '}
      <Link to="/" className="text-accent underline">
        Back to the overview
      </Link>
    </StateView>
  );
}

/** A page that threw: the rest of the frame goes on. */
export function CrashView({ error, reset }: { error: unknown; reset: () => void }) {
  return (
    <StateView state="error" title="This page failed" code="ui/bug" onRetry={reset}>
      {error instanceof Error ? error.message : String(error)}
    </StateView>
  );
}
