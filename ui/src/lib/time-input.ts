/** Between an instant and the text of `<input type="datetime-local">`, in the zone that a person chose. */
import type { Zone } from './format.js';

export function toInputText(at: string, zone: Zone): string {
  const date = new Date(at);
  const shifted = zone === 'utc' ? date : new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 16);
}

export function fromInputText(text: string, zone: Zone): string | undefined {
  const date = new Date(zone === 'utc' ? `${text}Z` : text);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
