import type { ServiceName } from '@observatory/contracts';
import { useQuery } from '@tanstack/react-query';
import { useLocation } from '@tanstack/react-router';
import { Inbox } from 'lucide-react';
import { Page } from '../../components/page.js';
import { Panel } from '../../components/panel.js';
import { QueryView } from '../../components/query-view.js';
import { ServiceMark } from '../../components/service-mark.js';
import { statusQuery } from '../../lib/queries.js';

interface Upcoming {
  title: string;
  /** The question that the page will answer. */
  question: string;
  will: readonly string[];
  service: ServiceName;
  nothing: string;
}

const PAGES: Record<string, Upcoming> = {
  '/traces': {
    title: 'Traces',
    question: 'What did one request do, hop by hop?',
    service: 'gateway',
    will: ['Traces of a workload or an edge, from the Jaeger that the mesh reports to', 'Where the time went, and which hop failed'],
    nothing: 'Traces are not connected yet.',
  },
};

/** A page whose part of the suite has nothing yet: it says what will be here, and shows no invented data. */
export function UpcomingPage() {
  const { pathname } = useLocation();
  const status = useQuery(statusQuery());
  const page = PAGES[pathname];
  if (!page) return null;
  return (
    <Page title={page.title} sentence={page.question}>
      <div className="grid items-start gap-(--gap) lg:grid-cols-2">
        <Panel title="Nothing here yet">
          <p className="flex items-start gap-2.5">
            <Inbox size={18} aria-hidden className="mt-px shrink-0 text-ink-3" />
            <span>{page.nothing}</span>
          </p>
          <h3 className="mt-4 text-sm text-ink-3">What will be here</h3>
          <ul className="mt-1 flex list-disc flex-col gap-1 pl-5 text-ink-2 marker:text-line-strong">
            {page.will.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </Panel>
        <Panel title="Who answers for it">
          <QueryView query={status}>
            {({ services }) => <Answering service={services.find(({ service }) => service === page.service)} name={page.service} />}
          </QueryView>
        </Panel>
      </div>
    </Page>
  );
}

function Answering({
  service,
  name,
}: {
  service: { state: string; detail?: string | undefined; status?: { note?: string | undefined } | undefined } | undefined;
  name: string;
}) {
  return (
    <p className="flex items-baseline gap-2.5">
      <ServiceMark state={service?.state ?? 'down'} />
      <span>
        <span className="font-medium">{name}</span> is {service?.state ?? 'not part of this suite'}.{' '}
        <span className="text-ink-2">{service?.detail ?? service?.status?.note ?? ''}</span>
      </span>
    </p>
  );
}
