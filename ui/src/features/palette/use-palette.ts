/** What the palette lists, and how it takes one there. */
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import { incidentsQuery } from '../../lib/anomaly-queries.js';
import { certificateSearchQuery } from '../../lib/certificate-queries.js';
import { policiesQuery } from '../../lib/policy-queries.js';
import { topologyQuery } from '../../lib/queries.js';
import { useScope } from '../../lib/use-scope.js';
import { useSettled } from '../../lib/use-settled.js';
import {
  certificateEntries,
  certificateText,
  type Destination,
  incidentEntries,
  meshEntries,
  type PaletteEntry,
  policyEntries,
} from './model/entries.js';

const TYPING_MS = 150;

interface PageItem {
  path: string;
  title: string;
}

interface ActionItem {
  label: string;
  keywords: string;
  run: () => void;
}

interface Asked {
  pages: readonly PageItem[];
  actions: readonly ActionItem[];
  /** What was typed. */
  query: string;
}

export function usePaletteEntries({ pages, actions, query }: Asked): { entries: PaletteEntry[]; note: string | undefined } {
  const graph = useQuery(topologyQuery());
  const policies = useQuery(policiesQuery());
  const incidents = useInfiniteQuery(incidentsQuery());
  const certificates = useQuery(certificateSearchQuery(useSettled(certificateText(query), TYPING_MS)));
  const entries = useMemo(
    () => [
      ...pages.map(({ path, title }): PaletteEntry => ({
        id: path,
        label: title,
        hint: 'page',
        keywords: 'page go',
        destination: { kind: 'page', path },
      })),
      ...actions.map(({ label, keywords, run }): PaletteEntry => ({
        id: label,
        label,
        hint: 'action',
        keywords,
        destination: { kind: 'action', run },
      })),
      ...(graph.data ? meshEntries(graph.data) : []),
      ...(policies.data ? policyEntries(policies.data.policies) : []),
      ...incidentEntries(incidents.data?.pages.flatMap((page) => page.incidents) ?? []),
      ...certificateEntries(certificates.data?.certificates ?? []),
    ],
    [pages, actions, graph.data, policies.data, incidents.data, certificates.data],
  );
  const notes = [
    graph.isError ? `Workloads cannot be searched: ${graph.error.message}` : graph.isPending && 'Reading the mesh …',
    policies.isError && `Policies cannot be searched: ${policies.error.message}`,
    incidents.isError && `Incidents cannot be searched: ${incidents.error.message}`,
    certificates.isError && `Certificates cannot be searched: ${certificates.error.message}`,
  ].filter((note) => note !== false);
  return { entries, note: notes.length > 0 ? notes.join(' ') : undefined };
}

export function useGoTo(): (destination: Destination) => void {
  const navigate = useNavigate();
  const { setScope } = useScope();
  return (destination) => {
    if (destination.kind === 'action') return destination.run();
    if (destination.kind === 'namespace') return setScope({ namespaces: [destination.namespace] });
    if (destination.kind === 'page') return void navigate({ to: destination.path });
    if (destination.kind === 'incident') return void navigate({ to: '/incidents/$id', params: { id: destination.id } });
    if (destination.kind === 'certificate') return void navigate({ to: '/certificates/$id', params: { id: destination.id } });
    if (destination.kind === 'edge') return void navigate({ to: '/edges/$edgeId', params: { edgeId: destination.edgeId } });
    const { cluster, namespace, name } = destination;
    if (destination.kind === 'policy')
      return void navigate({
        to: '/policies/$cluster/$namespace/$name',
        params: { cluster, namespace, name },
        search: { kind: destination.policyKind },
      });
    return void navigate({ to: '/workloads/$cluster/$namespace/$name', params: { cluster, namespace, name } });
  };
}
