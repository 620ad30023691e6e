/**
 * Which entries match what was typed, best first? Every typed word must be found, its letters in order.
 * Score: whole words and beginnings of words count more than letters scattered through a name, short names more than long ones.
 * Invariant: the same text and entries give the same order; ties keep the given order.
 */
export interface Candidate {
  label: string;
  /** What else finds it: namespace, kind, synonyms. */
  keywords: string;
}

/** Letters scattered over more than this many times their number are a coincidence, unless each begins a word (`cv1` for `checkout-v1`). */
const MAX_STRETCH = 3;
const WORD_START = /[^\p{L}\p{N}]/u;

const startsWord = (text: string, at: number) => at === 0 || WORD_START.test(text[at - 1] as string);

/** 0 where `word` is not in `text`; higher is better. */
export function scoreWord(word: string, text: string): number {
  const at = text.indexOf(word);
  if (at >= 0) {
    return (startsWord(text, at) ? 100 : 60) - Math.min(20, at) - Math.min(20, (text.length - word.length) / 4);
  }
  let position = -1;
  let first = -1;
  let jumps = 0;
  let loose = 0;
  for (const letter of word) {
    const next = text.indexOf(letter, position + 1);
    if (next < 0) return 0;
    if (next !== position + 1) jumps += 1;
    if (next !== position + 1 && !startsWord(text, next)) loose += 1;
    if (first < 0) first = next;
    position = next;
  }
  const meant = loose === 0 || position - first < MAX_STRETCH * word.length;
  return meant ? Math.max(1, 30 - 5 * jumps) : 0;
}

export function score(query: string, { label, keywords }: Candidate): number {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const [name, rest] = [label.toLowerCase(), keywords.toLowerCase()];
  let total = 0;
  for (const word of words) {
    const found = Math.max(scoreWord(word, name), rest.includes(word) ? 25 : 0);
    if (found === 0) return 0;
    total += found;
  }
  return total;
}

export function search<T extends Candidate>(query: string, candidates: readonly T[], limit: number): T[] {
  if (query.trim() === '') return candidates.slice(0, limit);
  return candidates
    .map((candidate) => ({ candidate, points: score(query, candidate) }))
    .filter(({ points }) => points > 0)
    .toSorted((a, b) => b.points - a.points)
    .slice(0, limit)
    .map(({ candidate }) => candidate);
}
