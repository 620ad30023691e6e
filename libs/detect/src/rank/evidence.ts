/** What speaks for and against a node, in words with numbers, strongest first. Invariant: every number was measured. */
import type { Deviation } from './deviation.js';

export interface Explained {
  readonly callee: string;
  /** 0 to 1. */
  readonly share: number;
}

export interface Findings {
  readonly main: readonly Deviation[];
  readonly others: readonly Deviation[];
  readonly explained: Explained | undefined;
  readonly metric: string | undefined;
}

/** Sentences about one node. */
const MOST = 6;
/** Deviations below this many scales are not worth a sentence. */
const NOTABLE = 2;
const EXPLAINED_NOTABLE = 0.3;

const digits = (value: number): string => String(Number(value.toPrecision(3)));

const sentence = ({ series, normal, recent, z }: Deviation): string =>
  `${series.metric} of ${series.subject}: ${digits(recent)} where ${digits(normal)} is normal (${digits(Math.abs(z))} times its usual spread)`;

const strongestFirst = (deviations: readonly Deviation[]): Deviation[] => [...deviations].sort((a, b) => Math.abs(b.z) - Math.abs(a.z));

export function evidenceOf({ main, others, explained, metric }: Findings): string[] {
  const sentences: string[] = [];
  if (main.length === 0) sentences.push(metric === undefined ? 'no metric left normal' : `no ${metric} of it is known for this time`);
  sentences.push(...strongestFirst(main).map(sentence));
  if (explained !== undefined && explained.share >= EXPLAINED_NOTABLE) {
    sentences.push(`${Math.round(explained.share * 100)} % of it is explained by ${explained.callee}, which it calls`);
  }
  sentences.push(...strongestFirst(others.filter(({ z }) => Math.abs(z) >= NOTABLE)).map(sentence));
  return sentences.slice(0, MOST);
}
