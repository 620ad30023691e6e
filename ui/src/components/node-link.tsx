import { Link } from '@tanstack/react-router';
import { classes } from './classes.js';
import { WorkloadLink } from './workload-link.js';

interface NodeLinkProps {
  node: { id: string; kind: string; cluster: string; namespace: string; name: string };
  className?: string;
}

/** A workload leads to its page; what has no page of its own (an outside host, a service) leads to its place on the map. */
export function NodeLink({ node: { id, kind, cluster, namespace, name }, className }: NodeLinkProps) {
  if (kind === 'workload' && namespace !== '')
    return <WorkloadLink cluster={cluster} namespace={namespace} name={name} className={className ?? ''} />;
  return (
    <Link to="/map" search={(before) => ({ ...before, sel: id })} className={classes('hover:text-accent hover:underline', className)}>
      {name}
    </Link>
  );
}
