/** Which form of a body does a client get, or none since it has it? RFC 9110 §8.8.3, §12.5.3, §13.1.2. */
export const ENCODINGS = ['br', 'gzip'] as const;
export type Encoding = (typeof ENCODINGS)[number];

/** Our preference among what is accepted with a weight above 0; undefined: as it is. */
export function pickEncoding(acceptEncoding: string | undefined): Encoding | undefined {
  if (!acceptEncoding) return undefined;
  const weights = new Map<string, number>();
  for (const part of acceptEncoding.toLowerCase().split(',')) {
    const [name = '', ...params] = part.split(';').map((text) => text.trim());
    const quality = params.find((param) => param.startsWith('q='));
    weights.set(name, quality === undefined ? 1 : Number(quality.slice(2)) || 0);
  }
  const weight = (encoding: Encoding) => weights.get(encoding) ?? weights.get('*') ?? 0;
  const best = ENCODINGS.toSorted((a, b) => weight(b) - weight(a))[0] as Encoding;
  return weight(best) > 0 ? best : undefined;
}

/** Weak comparison, as GET wants it: the encodings of one answer share a tag. */
export function etagMatches(ifNoneMatch: string | undefined, etag: string): boolean {
  if (!ifNoneMatch) return false;
  if (ifNoneMatch.trim() === '*') return true;
  const bare = (tag: string) => tag.trim().replace(/^W\//, '');
  return ifNoneMatch.split(',').some((tag) => bare(tag) === bare(etag));
}

/** A weak tag from whatever the answering service called its version. */
export function weakEtag(tag: string): string {
  const bare = tag.replace(/^W\//, '').replaceAll('"', '');
  return `W/"${bare.replaceAll(/[^\x21\x23-\x7e]/g, '_')}"`;
}
