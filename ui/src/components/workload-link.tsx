import { Link } from '@tanstack/react-router';
import { classes } from './classes.js';

interface WorkloadLinkProps {
  cluster: string;
  namespace: string;
  name: string;
  className?: string;
}

export function WorkloadLink({ cluster, namespace, name, className }: WorkloadLinkProps) {
  return (
    <Link
      to="/workloads/$cluster/$namespace/$name"
      params={{ cluster, namespace, name }}
      className={classes('hover:text-accent hover:underline', className)}
    >
      {name}
    </Link>
  );
}
