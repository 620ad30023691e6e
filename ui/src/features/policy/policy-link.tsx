import type { PolicyRef } from '@observatory/contracts';
import { Link } from '@tanstack/react-router';
import { classes } from '../../components/classes.js';
import { asKind, KIND_NAMES } from './model/kinds.js';

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

/** What decided, as a link where it is a policy that has a page. */
export function DecidedBy({
  cluster,
  by,
}: {
  cluster: string;
  by: { kind: string; namespace: string; name: string; rule?: number | undefined } | undefined;
}) {
  if (!by) return <span className="text-ink-3">no policy</span>;
  const kind = asKind(by.kind);
  const rule = by.rule === undefined ? '' : `, rule ${by.rule + 1}`;
  if (!kind || by.namespace === '') return <span>{`${by.name || by.kind}${rule}`}</span>;
  return (
    <span>
      <PolicyLink cluster={cluster} policy={{ kind, namespace: by.namespace, name: by.name }} full />
      {rule}
    </span>
  );
}
