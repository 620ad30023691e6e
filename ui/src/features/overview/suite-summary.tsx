import type { SuiteStatus } from '@observatory/contracts';
import { ServiceMark } from '../../components/service-mark.js';
import { When } from '../../components/when.js';
import { Words } from '../../components/words.js';

/** The Observatory's own parts, a line each. */
export function SuiteSummary({ services }: { services: SuiteStatus['services'] }) {
  return (
    <ul className="text-sm">
      {services.map(({ service, state, detail, status, since }) => (
        <li key={service} className="flex items-baseline gap-2.5 px-4 py-1.5">
          <ServiceMark state={state} />
          <span className="w-20 shrink-0 font-medium">{service}</span>
          <span className="min-w-0 text-pretty text-ink-3">
            {state === 'up' ? (
              (status?.note ?? <UpSince at={since} />)
            ) : (
              <Words text={detail ?? (state === 'down' ? 'does not answer' : 'something that it leans on is away')} />
            )}
          </span>
        </li>
      ))}
    </ul>
  );
}

function UpSince({ at }: { at: string }) {
  return (
    <>
      up, started <When at={at} />
    </>
  );
}
