import { Link } from '@tanstack/react-router';

/** To another incident: the one that this became part of. */
export function OtherIncident({ id, children }: { id: string; children: string }) {
  return (
    <Link to="/incidents/$id" params={{ id }} className="text-accent hover:underline">
      {children}
    </Link>
  );
}
