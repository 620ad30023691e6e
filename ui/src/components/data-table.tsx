import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown, ArrowUp, Download } from 'lucide-react';
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { saveFile } from '../lib/save-file.js';
import { usePreferences } from '../lib/preferences.js';
import { Button } from './button.js';
import { classes } from './classes.js';
import { nextOrder, sortRows, type SortOrder, tableCsv, type TableColumn } from './table-model.js';

export interface DataColumn<Row> extends TableColumn<Row> {
  cell: (row: Row) => ReactNode;
  align?: 'left' | 'right';
  /** CSS width, such as `120px` or `30%`. */
  width?: string;
  /** Left out where the table is narrow. */
  wideOnly?: boolean;
  /** Nobody can sort by it. */
  unsorted?: boolean;
}

/** Of a list that is ordered elsewhere and of which `rows` are the first: its order, its length, and what to do for more. */
interface Beyond {
  order: SortOrder | undefined;
  onOrder: (order: SortOrder) => void;
  total: number;
  /** The last row comes into sight. */
  onEnd: () => void;
}

interface DataTableProps<Row> {
  /** What the table lists, for screen readers and the file name. */
  caption: string;
  rows: readonly Row[];
  columns: readonly DataColumn<Row>[];
  rowKey: (row: Row) => string;
  initialOrder?: SortOrder;
  /** Rows beyond this height scroll, and only those in sight are in the document. */
  maxHeight?: number;
  empty?: ReactNode;
  beyond?: Beyond;
}

const ROW_PX = { comfortable: 36, compact: 28 };

export function DataTable<Row>({ caption, rows, columns, rowKey, initialOrder, maxHeight = 480, empty, beyond }: DataTableProps<Row>) {
  const [ownOrder, setOrder] = useState(initialOrder);
  const order = beyond ? beyond.order : ownOrder;
  const density = usePreferences((preferences) => preferences.density);
  const given = beyond !== undefined;
  const sorted = useMemo(() => (given ? [...rows] : sortRows(rows, columns, order)), [given, rows, columns, order]);
  const scroller = useRef<HTMLDivElement>(null);
  // oxlint-disable-next-line react/incompatible-library -- read in this component only, never handed on
  const virtual = useVirtualizer({
    count: sorted.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX[density],
    overscan: 12,
  });
  const shown = virtual.getVirtualItems();
  const before = shown[0]?.start ?? 0;
  const after = virtual.getTotalSize() - (shown.at(-1)?.end ?? 0);
  useAtEnd(shown.at(-1)?.index === sorted.length - 1 && sorted.length < (beyond?.total ?? 0), beyond?.onEnd);
  if (rows.length === 0) return <div className="px-4 py-6 text-center text-sm text-ink-3">{empty ?? 'Nothing here'}</div>;
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard
    <div ref={scroller} tabIndex={0} role="region" aria-label={caption} className="@container relative overflow-auto" style={{ maxHeight }}>
      <table className="w-full border-collapse text-sm" aria-rowcount={(beyond?.total ?? sorted.length) + 1}>
        <caption className="sr-only">{caption}</caption>
        <thead className="sticky top-0 z-10 bg-surface shadow-[0_1px_0_var(--line)]">
          <tr>
            {columns.map((column) => (
              <HeaderCell key={column.id} column={column} order={order} onOrder={beyond?.onOrder ?? setOrder} />
            ))}
          </tr>
        </thead>
        <tbody>
          {before > 0 && <tr aria-hidden style={{ height: before }} />}
          {shown.map(({ index }) => {
            const row = sorted[index] as Row;
            return (
              <tr
                key={rowKey(row)}
                ref={virtual.measureElement}
                data-index={index}
                aria-rowindex={index + 2}
                className="h-(--row) border-b border-line/60 last:border-0 hover:bg-inset/50"
              >
                {columns.map((column) => (
                  <td key={column.id} className={cellClass(column)}>
                    {column.cell(row)}
                  </td>
                ))}
              </tr>
            );
          })}
          {after > 0 && <tr aria-hidden style={{ height: after }} />}
        </tbody>
      </table>
    </div>
  );
}

/** Tells once each time that the end is reached. */
function useAtEnd(reached: boolean, onEnd: (() => void) | undefined): void {
  const latest = useRef(onEnd);
  useEffect(() => {
    latest.current = onEnd;
  });
  useEffect(() => {
    if (reached) latest.current?.();
  }, [reached]);
}

function cellClass<Row>({ align, wideOnly }: DataColumn<Row>): string {
  return classes(
    'px-2 py-1 align-middle first:pl-4 last:pr-4',
    align === 'right' ? 'figures text-right' : 'text-left',
    wideOnly && '@max-2xl:hidden',
  );
}

interface HeaderCellProps<Row> {
  column: DataColumn<Row>;
  order: SortOrder | undefined;
  onOrder: (order: SortOrder) => void;
}

function HeaderCell<Row>({ column, order, onOrder }: HeaderCellProps<Row>) {
  const { id, header, align, width, unsorted } = column;
  const active = order?.id === id ? order.direction : undefined;
  const Arrow = active === 'ascending' ? ArrowUp : ArrowDown;
  if (unsorted)
    return (
      <th scope="col" className={classes(cellClass(column), 'h-8 font-medium whitespace-nowrap text-ink-3')} style={{ width }}>
        {header}
      </th>
    );
  return (
    <th scope="col" aria-sort={active ?? 'none'} className={classes(cellClass(column), 'h-8 font-medium text-ink-3')} style={{ width }}>
      <button
        type="button"
        onClick={() => onOrder(nextOrder(order, id, align === 'right' ? 'descending' : 'ascending'))}
        className={classes(
          'inline-flex h-6 items-center gap-1 rounded-sm whitespace-nowrap hover:text-ink',
          align === 'right' ? 'flex-row-reverse' : '',
        )}
      >
        {header}
        <Arrow size={12} aria-hidden className={active ? 'text-ink' : 'opacity-0'} />
      </button>
    </th>
  );
}

interface CsvButtonProps<Row> {
  fileName: string;
  rows: readonly Row[];
  columns: readonly TableColumn<Row>[];
}

export function CsvButton<Row>({ fileName, rows, columns }: CsvButtonProps<Row>) {
  return (
    <Button
      look="plain"
      size="small"
      disabled={rows.length === 0}
      onClick={() => saveFile(`${fileName}.csv`, tableCsv(rows, columns), 'text/csv')}
    >
      <Download size={13} aria-hidden /> CSV
    </Button>
  );
}
