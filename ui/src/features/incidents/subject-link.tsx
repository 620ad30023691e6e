import { Link } from '@tanstack/react-router';
import { classes } from '../../components/classes.js';
import { subjectLabel } from './model/signals.js';

interface SubjectLinkProps {
  id: string;
  /** As the service says it; from the id by default. */
  label?: string | undefined;
  className?: string;
}

/** A workload or an edge, leading to its signals. */
export function SubjectLink({ id, label, className }: SubjectLinkProps) {
  return (
    <Link
      to="/incidents/signals"
      search={(before) => ({ ...before, of: id })}
      className={classes('hover:text-accent hover:underline', className)}
    >
      {label ?? subjectLabel(id)}
    </Link>
  );
}
