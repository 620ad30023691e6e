import { nextOrder, sortRows, type SortOrder, tableCsv, type TableColumn } from './table-model.js';

interface Row {
  name: string;
  rate: number | null;
}
const rows: Row[] = [
  { name: 'cart-10', rate: 2 },
  { name: 'cart-2', rate: null },
  { name: 'api', rate: 10 },
];
const columns: TableColumn<Row>[] = [
  { id: 'name', header: 'Name', value: (row) => row.name },
  { id: 'rate', header: 'Rate', value: (row) => row.rate, unit: 'req/s' },
];

describe('sortRows', () => {
  const check = (order: SortOrder | undefined, expected: string[]) =>
    expect(sortRows(rows, columns, order).map((row) => row.name)).toEqual(expected);
  it('sorts names as people count and the unknown last', () => {
    check(undefined, ['cart-10', 'cart-2', 'api']);
    check({ id: 'name', direction: 'ascending' }, ['api', 'cart-2', 'cart-10']);
    check({ id: 'rate', direction: 'descending' }, ['api', 'cart-10', 'cart-2']);
    check({ id: 'rate', direction: 'ascending' }, ['cart-10', 'api', 'cart-2']);
  });
});

describe('nextOrder', () => {
  it('turns on the second click', () => {
    expect(nextOrder(undefined, 'rate', 'descending')).toEqual({ id: 'rate', direction: 'descending' });
    expect(nextOrder({ id: 'rate', direction: 'descending' }, 'rate', 'descending')).toEqual({ id: 'rate', direction: 'ascending' });
  });
});

describe('tableCsv', () => {
  it('names units and leaves unknown cells empty', () => {
    expect(tableCsv(rows.slice(0, 2), columns)).toBe('Name,Rate (req/s)\r\ncart-10,2\r\ncart-2,\r\n');
  });
});
