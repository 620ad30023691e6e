/**
 * Reads the rows of a Prometheus answer (`{"data":{"result":[ROW,…]},…}`) while it arrives, keeping each label value once.
 * A row in the form that Prometheus writes is read straight from the bytes; any other form of the same JSON is read by JSON.parse.
 * Invariant: gives what JSON.parse of the whole would give (row-reader.spec.ts holds them together).
 */
import { LabelRows } from './compact-rows.js';
import { StringTable } from './string-table.js';

/** What a row has besides its labels. */
export interface RowValues {
  value?: [number, string];
  values?: [number, string][];
}
type RawRow = RowValues & { metric: Record<string, string> };

/** What stands around the rows. */
export interface Envelope {
  status?: string;
  error?: string;
  errorType?: string;
  warnings?: string[];
  data?: { resultType?: string; result?: unknown };
}

/** An unescaped quote cannot stand inside a JSON string, so these bytes begin a row wherever they are. */
const ROW_MARK = Buffer.from('{"metric":{');
const [QUOTE, BACKSLASH, COLON, COMMA, CLOSE_BRACE, CLOSE_BRACKET] = [0x22, 0x5c, 0x3a, 0x2c, 0x7d, 0x5d];

export class RowReader {
  private readonly table = new StringTable();
  private pending: Buffer = Buffer.alloc(0);
  private head: string | undefined;
  /** Entries of the last row's label names and values: the first guess for the next row. */
  private readonly names: number[] = [];
  private readonly labels: number[] = [];
  /** The labels of the rows that were kept, in their order. */
  readonly rows = new LabelRows(this.table);

  /** `keep` is told of each row's values; a row that it refuses is left out. */
  constructor(private readonly keep: (values: RowValues) => boolean) {}

  /** Takes the next bytes, and hands over the rows that are whole. */
  push(chunk: Buffer): void {
    const bytes = this.pending.length === 0 ? chunk : Buffer.concat([this.pending, chunk]);
    let position = bytes.indexOf(ROW_MARK);
    if (position < 0) {
      this.pending = bytes;
      return;
    }
    this.head ??= bytes.toString('utf8', 0, position);
    for (;;) {
      const next = bytes.indexOf(ROW_MARK, position + ROW_MARK.length);
      if (next < 0) break;
      // Between two rows stands a comma, and perhaps white space.
      this.row(bytes, position, bytes.lastIndexOf(COMMA, next));
      position = next;
    }
    this.pending = bytes.subarray(position);
  }

  /** The rest. Throws SyntaxError when the answer was cut off or is not JSON. */
  end(): Envelope {
    const bytes = this.pending;
    this.pending = Buffer.alloc(0);
    if (this.head === undefined) return this.whole(bytes.toString('utf8'));
    const end = lastRowEnd(bytes);
    this.row(bytes, 0, end);
    return JSON.parse(this.head + bytes.toString('utf8', end)) as Envelope;
  }

  /** An answer without rows, or written in another way than Prometheus does. */
  private whole(text: string): Envelope {
    const envelope = JSON.parse(text) as Envelope;
    const result = envelope.data?.result;
    if (Array.isArray(result) && (envelope.data?.resultType === 'vector' || envelope.data?.resultType === 'matrix')) {
      for (const row of result as RawRow[]) this.slowRow(row);
    }
    return envelope;
  }

  private row(bytes: Buffer, start: number, end: number): void {
    if (!this.fastRow(bytes, start, end)) this.slowRow(JSON.parse(bytes.toString('utf8', start, end)) as RawRow);
  }

  private slowRow({ metric, ...values }: RawRow): void {
    if (!this.keep(values)) return;
    const names = Object.keys(metric).map((name) => this.table.entry(name));
    const labels = Object.values(metric).map((label) => this.table.entry(label));
    this.rows.push(names, labels, names.length);
  }

  /** `{"metric":{"a":"b",…},"value":[1.5,"2"]}`; false when it is anything else. */
  private fastRow(bytes: Buffer, start: number, end: number): boolean {
    const { names, labels, table } = this;
    let position = start + ROW_MARK.length;
    let count = 0;
    while (bytes[position] === QUOTE) {
      names[count] = table.read(bytes, position + 1, names[count] ?? 0);
      position = table.end;
      if (bytes[position + 1] !== COLON || bytes[position + 2] !== QUOTE) return false;
      labels[count] = table.read(bytes, position + 3, labels[count] ?? 0);
      count += 1;
      position = table.end + 1;
      if (bytes[position] === COMMA) position += 1;
    }
    if (bytes[position] !== CLOSE_BRACE || bytes[position + 1] !== COMMA) return false;
    if (this.keep(JSON.parse(`{${bytes.toString('latin1', position + 2, end)}`) as RowValues)) this.rows.push(names, labels, count);
    return true;
  }
}

function stringEnd(bytes: Buffer, start: number, limit: number): number {
  for (let position = start; position < limit; position += 1) {
    const byte = bytes[position];
    if (byte === QUOTE) return position;
    if (byte === BACKSLASH) position += 1;
  }
  return limit;
}

/** Where the last row ends: after its brace, before the bracket that closes the rows. */
function lastRowEnd(bytes: Buffer): number {
  let depth = 0;
  for (let position = 0; position < bytes.length; position += 1) {
    const byte = bytes[position]!;
    if (byte === QUOTE) position = stringEnd(bytes, position + 1, bytes.length);
    else if (byte === 0x7b || byte === 0x5b) depth += 1;
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      depth -= 1;
      if (depth === 0) return position + 1;
    }
  }
  throw new SyntaxError('the answer was cut off');
}
