import { Link } from '@tanstack/react-router';
import { Page } from '../../components/page.js';
import { Panel } from '../../components/panel.js';

const LINK = 'rounded-sm text-accent hover:underline';

/** Nothing reads traces yet: the page says so and what it will need, and where the same questions are answered from metrics. */
export function TracesPage() {
  return (
    <Page title="Traces" sentence="What one request did, hop by hop.">
      <div className="grid items-start gap-(--gap) lg:grid-cols-2">
        <Panel title="Not connected yet">
          <div className="flex flex-col gap-2 text-sm text-pretty">
            <p>No part of the Observatory reads traces yet, so there is none to show.</p>
            <p className="text-ink-2">
              They will come from the Jaeger that the mesh reports to, named for each cluster as{' '}
              <code className="rounded-sm bg-inset px-1 font-mono text-[0.92em]">jaeger.url</code> in the file of clusters: the traces of a
              workload or an edge, where the time went, and which hop failed.
            </p>
          </div>
        </Panel>
        <Panel title="What metrics say until then">
          <ul className="flex list-disc flex-col gap-1.5 pl-5 text-sm text-pretty marker:text-line-strong">
            <li>
              <Link to="/map" search={(before) => ({ ...before, overlay: 'latency' })} className={LINK}>
                Where the time goes, edge by edge
              </Link>
              : the map coloured by latency.
            </li>
            <li>
              <Link to="/incidents" search={(before) => ({ ...before, type: 'latency' })} className={LINK}>
                What answers slower than usual
              </Link>
              , since when, and where it probably starts.
            </li>
            <li>
              <Link to="/incidents/signals" className={LINK}>
                The latency of one workload or edge
              </Link>
              , beside what was to be expected.
            </li>
          </ul>
        </Panel>
      </div>
    </Page>
  );
}
