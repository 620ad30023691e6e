/**
 * Sorting and exporting a table. Numbers sort as numbers, names the way people count (`cart-2` before `cart-10`).
 * Invariant: what is not known sorts last in either direction, and equal rows keep their order.
 */
import { csv, type CsvCell } from '../lib/csv.js';

export interface TableColumn<Row> {
  id: string;
  header: string;
  /** What sorts and what is exported. */
  value: (row: Row) => CsvCell;
  /** For the CSV's header: the unit of `value`, such as `req/s`. */
  unit?: string;
}

export interface SortOrder {
  id: string;
  direction: 'ascending' | 'descending';
}

const names = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

export function sortRows<Row>(rows: readonly Row[], columns: readonly TableColumn<Row>[], order: SortOrder | undefined): Row[] {
  const column = columns.find(({ id }) => id === order?.id);
  if (!column || !order) return [...rows];
  const sign = order.direction === 'ascending' ? 1 : -1;
  return rows.toSorted((a, b) => {
    const [left, right] = [column.value(a) ?? null, column.value(b) ?? null];
    if (left === null || right === null) return Number(left === null) - Number(right === null);
    const both = typeof left === 'string' || typeof right === 'string';
    return sign * (both ? names.compare(String(left), String(right)) : Number(left) - Number(right));
  });
}

/** Numbers are asked for biggest first, names from A. */
export function nextOrder(current: SortOrder | undefined, id: string, first: SortOrder['direction']): SortOrder {
  if (current?.id !== id) return { id, direction: first };
  return { id, direction: current.direction === 'ascending' ? 'descending' : 'ascending' };
}

/** Columns without a header hold buttons, not data. */
export function tableCsv<Row>(rows: readonly Row[], all: readonly TableColumn<Row>[]): string {
  const columns = all.filter(({ header }) => header !== '');
  const header = columns.map(({ header: name, unit }) => (unit === undefined ? name : `${name} (${unit})`));
  return csv(
    header,
    rows.map((row) => columns.map((column) => column.value(row))),
  );
}
