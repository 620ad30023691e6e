/** What speaks for and against a node, in words with numbers, strongest first. Invariant: every number was measured. */
import type { Deviation } from './deviation.js';

export interface Explained {
  readonly callee: string;
  /** 0 to 1. */
  readonly share: number;
}

export interface Findings {
  /** Symptoms, of the metric that was named where one was. */
  readonly main: readonly Deviation[];
  readonly others: readonly Deviation[];
  readonly explained: Explained | undefined;
  readonly metric: string | undefined;
}

/** Sentences about one node. */
const MOST = 6;
/** Deviations below this many scales are not worth a sentence, but the strongest symptom is. */
const NOTABLE = 2;
const EXPLAINED_NOTABLE = 0.3;

const digits = (value: number): string => String(Number(value.toPrecision(3)));

function sentence({ series, normal, recent, z, isForLoad }: Deviation): string {
  const beyond = isForLoad ? ' beyond what load explains' : '';
  return `${series.metric} of ${series.subject}: ${digits(recent)} where ${digits(normal)} is normal (${digits(Math.abs(z))} times its usual spread${beyond})`;
}

const strongestFirst = (deviations: readonly Deviation[]): Deviation[] => [...deviations].sort((a, b) => Math.abs(b.z) - Math.abs(a.z));
const isNotable = ({ z }: Deviation): boolean => Math.abs(z) >= NOTABLE;

export function evidenceOf({ main, others, explained, metric }: Findings): string[] {
  const sentences: string[] = [];
  if (main.length === 0 && metric !== undefined) sentences.push(`no ${metric} of it is known for this time`);
  sentences.push(
    ...strongestFirst(main)
      .filter((one, index) => index === 0 || isNotable(one))
      .map(sentence),
  );
  if (explained !== undefined && explained.share >= EXPLAINED_NOTABLE) {
    sentences.push(`${Math.round(explained.share * 100)} % of it is explained by ${explained.callee}, which it calls`);
  }
  sentences.push(...strongestFirst(others.filter(isNotable)).map(sentence));
  return sentences.length === 0 ? ['no metric left normal'] : sentences.slice(0, MOST);
}
