import { Link } from '@tanstack/react-router';
import { classes } from '../../components/classes.js';

interface CertificateLinkProps {
  certificate: { id: string; name: string; namespace?: string | undefined };
  className?: string;
}

export function CertificateLink({ certificate: { id, name, namespace }, className }: CertificateLinkProps) {
  return (
    <Link
      to="/certificates/$id"
      params={{ id }}
      title={namespace === undefined ? name : `${namespace}/${name}`}
      className={classes('hover:text-accent hover:underline', className)}
    >
      {name}
    </Link>
  );
}
