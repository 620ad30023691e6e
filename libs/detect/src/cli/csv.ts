/**
 * CSV as the commands read it: a header that names the columns in any order, then rows; fields may be quoted (RFC 4180, one line a record).
 * Invariant: a row is either understood or reported with its file and line; none is skipped silently but empty lines.
 */
import { Problem } from './problem.js';

/** The fields of one line. */
export function fieldsOf(line: string): string[] {
  if (!line.includes('"')) return line.split(',');
  const fields: string[] = [];
  for (const [, quoted, plain, end] of line.matchAll(/(?:"((?:[^"]|"")*)"|([^,]*))(,|$)/g)) {
    fields.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'));
    if (end === '') break;
  }
  return fields;
}

/** A field as it must be written so that `fieldsOf` reads it back. */
export const quoted = (field: string): string => (/[",\n\r]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field);

/** Where each of the named columns stands; a column that is missing is a problem. */
export function columnsOf(header: string, names: readonly string[], file: string): number[] {
  const found = fieldsOf(header.replace(/^\uFEFF/, '')).map((name) => name.trim().toLowerCase());
  return names.map((name) => {
    const index = found.indexOf(name);
    if (index < 0) throw new Problem(`${file}: line 1: no column "${name}" in "${header}"; expected ${names.join(',')}`);
    return index;
  });
}

const NUMERIC = /^[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i;
const ISO = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(\.\d+)?)?)?\s*(Z|[+-]\d\d:?\d\d)?$/i;
/** Numbers above these are milliseconds, microseconds and nanoseconds, below the first seconds, since 1970: 1e11 s is the year 5138, 1e11 ms is 1973. */
const LARGEST_SECONDS = 1e11;
const LARGEST_MS = 1e14;
const LARGEST_MICROSECONDS = 1e17;

/** Beyond it there is no date. */
const LARGEST_DATE = 8.64e15;

function epochMs(number: number): number {
  const size = Math.abs(number);
  if (size <= LARGEST_SECONDS) return number * 1000;
  return size <= LARGEST_MS ? number : number / (size <= LARGEST_MICROSECONDS ? 1e3 : 1e6);
}

function offsetMs(zone: string | undefined): number {
  if (zone === undefined || /^z$/i.test(zone)) return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return (zone.startsWith('-') ? -1 : 1) * minutes * 60_000;
}

/** The last second of a day is 23:59:60 in some. */
const isOfDay = (hour: number, minute: number, second: number): boolean => hour <= 24 && minute < 60 && second <= 60;

/** Milliseconds since 1970 of an RFC 3339 time, `YYYY-MM-DD[ hh:mm[:ss[.fff]]]` (taken as UTC), or an epoch in seconds to nanoseconds. */
export function timeOf(text: string): number | undefined {
  const trimmed = text.trim();
  if (NUMERIC.test(trimmed)) {
    const number = epochMs(Number(trimmed));
    return Math.abs(number) <= LARGEST_DATE ? number : undefined;
  }
  const match = ISO.exec(trimmed);
  if (match === null) return undefined;
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '0', zone] = match;
  const midnight = Date.UTC(Number(year), Number(month) - 1, Number(day));
  // Date.UTC takes the 31st of February for the 3rd of March.
  if (new Date(midnight).getUTCDate() !== Number(day) || Number(month) > 12) return undefined;
  if (!isOfDay(Number(hour), Number(minute), Number(second))) return undefined;
  const seconds = (Number(hour) * 60 + Number(minute)) * 60 + Number(second);
  return midnight + seconds * 1000 + Number(fraction) * 1000 - offsetMs(zone);
}

const MISSING = /^(?:|nan|null|none|na|n\/a|-|[+-]?inf(?:inity)?)$/i;

/** A number; NaN where the field says that there is none; undefined where it says something else. */
export function valueOf(text: string): number | undefined {
  const trimmed = text.trim();
  if (MISSING.test(trimmed)) return Number.NaN;
  const number = Number(trimmed);
  return Number.isNaN(number) ? undefined : number;
}
