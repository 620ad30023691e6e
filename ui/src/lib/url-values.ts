/** How view state is written in the URL: plain `key=value` text, so that links read well and survive a chat window. */
export type UrlValues = Record<string, string | undefined>;

export function parseSearch(search: string): UrlValues {
  return Object.fromEntries(new URLSearchParams(search));
}

/** Keeps `,` `:` and `/` readable: they are safe in a query. */
export function stringifySearch(values: Record<string, unknown>): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(values))
    if (value !== undefined && value !== null && value !== '') params.set(key, String(value));
  const text = params.toString().replaceAll('%2C', ',').replaceAll('%3A', ':').replaceAll('%2F', '/');
  return text === '' ? '' : `?${text}`;
}
