import type { Certificate } from '@observatory/contracts';
import type { ReactNode } from 'react';
import { Facts } from '../../components/facts.js';
import { Panel } from '../../components/panel.js';
import { When } from '../../components/when.js';
import { absoluteTime } from '../../lib/format.js';
import { usePreferences } from '../../lib/preferences.js';
import { useNow } from '../../lib/use-now.js';
import { TimeLeft } from './certificate-columns.js';
import { LifeBar } from './life-bar.js';
import { lifeOf, longSpan } from './model/time-left.js';

/** From when to when, where in it we are, and when it is to be renewed. */
export function LifePanel({ certificate }: { certificate: Certificate }) {
  const { notBefore, notAfter, lifetimeSec, renewalAt, renewals, firstSeenAt, thresholdDays } = certificate;
  const now = useNow();
  const life = lifeOf(certificate, now);
  return (
    <Panel title="Validity" note={<TimeLeft notAfter={notAfter} />}>
      <LifeBar of={certificate} className="mt-1 h-2.5!" />
      {life?.renewal !== undefined && (
        <div aria-hidden className="relative mt-1 mb-2 h-4 text-xs text-ink-3">
          <span
            className="absolute -translate-x-1/2 whitespace-nowrap"
            style={{ left: `${Math.min(88, Math.max(12, life.renewal * 100))}%` }}
          >
            to be renewed
          </span>
        </div>
      )}
      <div className="mt-2">
        <Facts
          facts={[
            { name: 'From', value: notBefore === undefined ? <NotTold /> : <Instant at={notBefore} /> },
            { name: 'Until', value: <Instant at={notAfter} /> },
            { name: 'Lives', value: lifetimeSec === undefined ? <NotTold /> : longSpan(lifetimeSec) },
            {
              name: 'To be renewed',
              value: renewalAt === undefined ? <NotTold>by itself: not known</NotTold> : <Instant at={renewalAt} />,
            },
            {
              name: 'Renewals seen',
              value: (
                <>
                  {renewals === 0 ? 'none' : renewals} since <When at={firstSeenAt} />
                </>
              ),
            },
            ...(thresholdDays === undefined ? [] : [{ name: 'Threshold', value: `passed ${thresholdDays} days before its end` }]),
          ]}
        />
      </div>
    </Panel>
  );
}

function NotTold({ children = 'not known: no source tells' }: { children?: ReactNode }) {
  return <span className="text-ink-3">{children}</span>;
}

function Instant({ at }: { at: string }) {
  const zone = usePreferences((preferences) => preferences.zone);
  return (
    <>
      {absoluteTime(at, zone)}{' '}
      <span className="text-ink-3">
        (<When at={at} />)
      </span>
    </>
  );
}
