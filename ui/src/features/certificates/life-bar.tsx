import type { Certificate } from '@observatory/contracts';
import { classes } from '../../components/classes.js';
import { useNow } from '../../lib/use-now.js';
import { lifeOf } from './model/time-left.js';
import { STATUS_WORDS } from '../../lib/certificate-states.js';

const FILLS = { quiet: 'bg-healthy', amber: 'bg-degraded', red: 'bg-failing' };

type Dates = Pick<Certificate, 'notBefore' | 'notAfter' | 'renewalAt' | 'status'>;

/** Its life as a line: what is gone is filled, the notch is when it is to be renewed. Nothing where its beginning is not known. */
export function LifeBar({ of, className }: { of: Dates; className?: string }) {
  const now = useNow();
  const life = lifeOf(of, now);
  if (!life) return <span aria-hidden className={classes('block h-1.5 rounded-full border border-dashed border-line-mid', className)} />;
  return (
    <span aria-hidden className={classes('relative block h-1.5 rounded-full bg-inset', className)}>
      <span
        className={classes('block h-full rounded-full', FILLS[STATUS_WORDS[of.status].tone])}
        style={{ width: `${Math.max(life.now * 100, life.begun ? 1 : 0)}%` }}
      />
      {life.renewal !== undefined && (
        <span className="absolute -top-0.5 h-2.5 w-0.5 rounded-full bg-ink" style={{ left: `calc(${life.renewal * 100}% - 1px)` }} />
      )}
    </span>
  );
}
