import type { PolicyRef } from '@observatory/contracts';
import { Link } from '@tanstack/react-router';
import { classes } from '../../components/classes.js';
import { KIND_NAMES } from './model/kinds.js';

interface PolicyLinkProps {
  cluster: string;
  policy: PolicyRef;
  className?: string;
  /** Shows the namespace before the name. */
  full?: boolean;
}

export function PolicyLink({ cluster, policy: { kind, namespace, name }, className, full = false }: PolicyLinkProps) {
  return (
    <Link
      to="/policies/$cluster/$namespace/$name"
      params={{ cluster, namespace, name }}
      search={kind === 'AuthorizationPolicy' ? {} : { kind }}
      title={`${KIND_NAMES[kind]} ${namespace}/${name}`}
      className={classes('hover:text-accent hover:underline', className)}
    >
      {full && <span className="text-ink-3">{namespace}/</span>}
      {name}
    </Link>
  );
}
