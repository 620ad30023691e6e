import type { DependencyState, SuiteStatus } from '@observatory/contracts';
import { Panel } from '../../components/panel.js';
import { ServiceMark } from '../../components/service-mark.js';
import { When } from '../../components/when.js';
import { Words } from '../../components/words.js';
import { figureName, figureText, SERVICE_ROLES } from './model/words.js';

export function ServicePanel({ service: { service, state, since, detail, status } }: { service: SuiteStatus['services'][number] }) {
  return (
    <Panel
      title={service}
      actions={
        <span className="flex items-center gap-1.5 text-sm">
          <ServiceMark state={state} />
          <span
            className={
              state === 'down' ? 'font-medium text-failing-ink' : state === 'degraded' ? 'font-medium text-degraded-ink' : 'text-ink-2'
            }
          >
            {state} <span className="font-normal text-ink-3">since</span> <When at={since} className="font-normal text-ink-3" />
          </span>
        </span>
      }
    >
      <p className="mb-1 text-sm text-ink-3">{SERVICE_ROLES[service]}</p>
      {detail !== undefined && (
        <p className="text-sm text-pretty">
          <Words text={detail} />
        </p>
      )}
      {status?.note !== undefined && <p className="text-sm text-pretty text-ink-2">{status.note}</p>}
      {status && <Dependencies dependencies={status.dependencies} />}
      {status?.figures && <Figures figures={status.figures} />}
      {status && (
        <p className="mt-3 text-xs text-ink-3">
          {status.instance}, version {status.version}, started <When at={status.startedAt} />
        </p>
      )}
      {!status && <p className="text-sm text-ink-3">Nothing is known of what it leans on while it does not answer.</p>}
    </Panel>
  );
}

function Dependencies({ dependencies }: { dependencies: readonly DependencyState[] }) {
  if (dependencies.length === 0) return null;
  return (
    <ul className="mt-2 text-sm" aria-label="Leans on">
      {dependencies.map(({ name, state, since, detail }) => (
        <li key={name} className="flex items-baseline gap-2 py-0.5">
          <ServiceMark state={state} />
          <span>{name}</span>
          <span className="min-w-0 text-ink-3">
            {state === 'up' ? '' : state}
            {state === 'down' && (
              <>
                {' '}
                <When at={since} />
              </>
            )}
            {detail !== undefined && <Words text={`${state === 'up' ? '' : ': '}${detail}`} />}
          </span>
        </li>
      ))}
    </ul>
  );
}

function Figures({ figures }: { figures: Record<string, number> }) {
  return (
    <dl className="mt-3 flex flex-wrap gap-x-6 gap-y-2 border-t border-line pt-2 text-sm">
      {Object.entries(figures).map(([key, value]) => {
        const { name, unit } = figureName(key);
        return (
          <div key={key}>
            <dt className="text-xs text-ink-3">{name}</dt>
            <dd className="figures">{figureText(value, unit)}</dd>
          </div>
        );
      })}
    </dl>
  );
}
