import type { MatrixCell, PolicyMatrixReply } from '@observatory/contracts';
import { useCallback, useMemo } from 'react';
import { classes } from '../../components/classes.js';
import { CsvButton } from '../../components/data-table.js';
import { SearchField } from '../../components/fields.js';
import { Panel } from '../../components/panel.js';
import { requestRate } from '../../lib/format.js';
import { useSetUrl, useUrlValues } from '../../lib/url-state.js';
import { useScope } from '../../lib/use-scope.js';
import { cellVerdict, cellWords, matrixRows, VERDICT_TITLES } from './model/matrix-view.js';

/** Rows and columns drawn at once: more is no table any more. The filter finds the others. */
const NAMESPACES_MAX = 60;

interface MatrixPanelProps {
  reply: PolicyMatrixReply;
  chosen: { source: string; target: string } | undefined;
}

export function MatrixPanel({ reply, chosen }: MatrixPanelProps) {
  const setUrl = useSetUrl();
  const { namespaces } = useScope();
  const filter = useUrlValues()['ns-filter'] ?? '';
  const setFilter = useCallback((text: string) => setUrl({ 'ns-filter': text || undefined }, { replace: true }), [setUrl]);
  const { shown, left } = useMemo(() => {
    const found = reply.namespaces.filter((name) => name.includes(filter) && (namespaces.length === 0 || namespaces.includes(name)));
    return { shown: found.slice(0, NAMESPACES_MAX), left: Math.max(0, found.length - NAMESPACES_MAX) };
  }, [reply, filter, namespaces]);
  const rows = useMemo(() => matrixRows({ namespaces: shown, cells: reply.cells }), [shown, reply]);
  const choose = (cell: MatrixCell) => {
    const same = chosen?.source === cell.source && chosen.target === cell.target;
    setUrl({ source: same ? undefined : cell.source, target: same ? undefined : cell.target }, { replace: true });
  };
  return (
    <Panel
      title="Namespaces"
      note="rows call columns; choose a field for its workloads"
      flush
      actions={
        <>
          <SearchField label="Find a namespace" value={filter} onChange={setFilter} className="w-44" />
          <CsvButton fileName="reach" rows={reply.cells} columns={CSV_COLUMNS} />
        </>
      }
    >
      {rows.length === 0 ? (
        <p className="px-4 py-6 text-center text-sm text-ink-3">
          {reply.namespaces.length === 0
            ? 'No namespace with workloads is known in this cluster.'
            : 'No namespace answers to the filter and the scope.'}
        </p>
      ) : (
        <Matrix rows={rows} columns={shown} chosen={chosen} onChoose={choose} />
      )}
      {left > 0 && (
        <p className="px-4 pb-2 text-sm text-degraded-ink">{left} namespaces more are not drawn: narrow them by the filter or the scope.</p>
      )}
      <Legend />
    </Panel>
  );
}

const CSV_COLUMNS = [
  { id: 'source', header: 'From', value: ({ source }: MatrixCell) => source },
  { id: 'target', header: 'To', value: ({ target }: MatrixCell) => target },
  { id: 'all', header: 'Open', unit: 'pairs', value: ({ all }: MatrixCell) => all },
  { id: 'some', header: 'By request', unit: 'pairs', value: ({ some }: MatrixCell) => some },
  { id: 'none', header: 'Closed', unit: 'pairs', value: ({ none }: MatrixCell) => none },
  { id: 'unknown', header: 'Not known', unit: 'pairs', value: ({ unknown }: MatrixCell) => unknown },
  { id: 'rate', header: 'Seen', unit: 'req/s', value: ({ requestsPerSecond }: MatrixCell) => requestsPerSecond },
];

interface MatrixProps {
  rows: ReturnType<typeof matrixRows>;
  columns: readonly string[];
  chosen: MatrixPanelProps['chosen'];
  onChoose: (cell: MatrixCell) => void;
}

function Matrix({ rows, columns, chosen, onChoose }: MatrixProps) {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard
    <div tabIndex={0} role="region" aria-label="Who can reach whom, by namespace" className="max-h-[720px] overflow-auto px-4 pb-2">
      <table className="border-separate border-spacing-1 text-sm">
        <caption className="sr-only">Rows call columns</caption>
        <thead>
          <tr>
            <th scope="col" className="sticky top-0 left-0 z-20 bg-surface">
              <span className="sr-only">Caller</span>
            </th>
            {columns.map((name) => (
              <th key={name} scope="col" className="sticky top-0 z-10 h-28 bg-surface pb-1 align-bottom font-normal">
                <span className="inline-block max-h-26 rotate-180 truncate text-ink-2 [writing-mode:vertical-rl]" title={name}>
                  {name}
                </span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ source, cells }) => (
            <tr key={source}>
              <th
                scope="row"
                className="sticky left-0 z-10 max-w-40 truncate bg-surface pr-2 text-right font-normal text-ink-2"
                title={source}
              >
                {source}
              </th>
              {cells.map((cell, index) => (
                <td key={columns[index]} className="p-0">
                  {cell ? (
                    <Cell cell={cell} chosen={chosen?.source === cell.source && chosen.target === cell.target} onChoose={onChoose} />
                  ) : (
                    <Nothing />
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const PARTS = [
  ['all', 'bg-accent'],
  ['some', 'bg-[repeating-linear-gradient(135deg,var(--accent)_0_3px,transparent_3px_6px)]'],
  ['unknown', 'bg-[repeating-linear-gradient(90deg,var(--unknown)_0_2px,transparent_2px_5px)]'],
  ['none', 'bg-inset'],
] as const;

/** The shares of pairs as a bar; what was seen to be used as a figure under it. */
function Cell({ cell, chosen, onChoose }: { cell: MatrixCell; chosen: boolean; onChoose: (cell: MatrixCell) => void }) {
  const verdict = cellVerdict(cell);
  const total = cell.all + cell.some + cell.none + cell.unknown;
  const used = (cell.requestsPerSecond ?? 0) > 0;
  return (
    <button
      type="button"
      aria-pressed={chosen}
      aria-label={`${cell.source} to ${cell.target}: ${VERDICT_TITLES[verdict]}. ${cellWords(cell)}`}
      title={`${cell.source} → ${cell.target}\n${VERDICT_TITLES[verdict]}\n${cellWords(cell)}`}
      onClick={() => onChoose(cell)}
      className={classes(
        'flex h-11 w-18 flex-col justify-center gap-1 rounded-md border px-1.5 hover:border-line-strong',
        chosen ? 'border-accent bg-accent-soft' : 'border-line',
      )}
    >
      <span aria-hidden className="flex h-2.5 w-full overflow-hidden rounded-sm border border-line-mid">
        {PARTS.map(
          ([part, look]) => cell[part] > 0 && <span key={part} className={look} style={{ width: `${(cell[part] / total) * 100}%` }} />,
        )}
      </span>
      <span aria-hidden className={classes('figures text-center text-xs', used ? 'text-ink-2' : 'text-ink-3')}>
        {cell.requestsPerSecond === null ? '–' : used ? requestRate(cell.requestsPerSecond) : 'unused'}
      </span>
    </button>
  );
}

function Nothing() {
  return <span className="block h-11 w-18 rounded-md border border-dashed border-line" title="No pair of workloads" />;
}

function Legend() {
  const words = { all: 'open to every request', some: 'open to some requests', unknown: 'not known', none: 'closed' };
  return (
    <p className="flex flex-wrap gap-x-4 gap-y-1 px-4 pt-1 pb-3 text-sm text-ink-2">
      {PARTS.map(([part, look]) => (
        <span key={part} className="inline-flex items-center gap-1.5">
          <span aria-hidden className={classes('h-2.5 w-5 rounded-sm border border-line-mid', look)} /> {words[part]}
        </span>
      ))}
      <span className="text-ink-3">shares of the pairs of workloads; below, what was recorded</span>
    </p>
  );
}
