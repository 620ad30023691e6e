/**
 * The newest word of each source on each certificate of one cluster, and which of them have yet to be written down.
 * Invariant: one entry for a source, a holder and a place; an older word never replaces a newer one.
 */
import type { CertificateSource } from '@observatory/contracts';
import type { Observation } from './observation.js';

export const keyOf = ({ source, id, place }: Pick<Observation, 'source' | 'id' | 'place'>): string => `${source}|${id}|${place.place}`;
/** What did not change is written down again after so long, for its time. */
export const HEARTBEAT_MS = 60_000;

interface Entry {
  observation: Observation;
  /** Of the word that was written down. */
  writtenAt: number;
  written: Observation | undefined;
}

export class ObservationBook {
  private readonly entries = new Map<string, Entry>();
  private readonly dropped = new Set<string>();

  all(): Observation[] {
    return Array.from(this.entries.values(), ({ observation }) => observation);
  }

  put(observation: Observation): void {
    const key = keyOf(observation);
    const known = this.entries.get(key);
    if (known && known.observation.observedAt > observation.observedAt) return;
    this.dropped.delete(key);
    this.entries.set(key, { observation, writtenAt: known?.writtenAt ?? 0, written: known?.written });
  }

  /** What came from the database: written down already. */
  restore(observation: Observation): void {
    const known = this.entries.get(keyOf(observation));
    if (known && known.observation.observedAt >= observation.observedAt) return;
    this.entries.set(keyOf(observation), { observation, writtenAt: observation.observedAt, written: observation });
  }

  forget(key: string): void {
    this.entries.delete(key);
  }

  /** Everything that `source` says now: what it no longer says is dropped. */
  replace(source: CertificateSource, observations: readonly Observation[], within: (of: Observation) => boolean = () => true): void {
    const said = new Set(observations.map(keyOf));
    this.drop((of) => of.source === source && within(of) && !said.has(keyOf(of)));
    for (const observation of observations) this.put(observation);
  }

  drop(which: (observation: Observation) => boolean): void {
    for (const [key, { observation }] of this.entries) {
      if (!which(observation)) continue;
      this.entries.delete(key);
      this.dropped.add(key);
    }
  }

  /** What is to be written, and removed; call `settled` when it was. */
  pending(): { write: Observation[]; remove: string[]; settled: () => void } {
    const due = [...this.entries.values()].filter(
      ({ observation, written, writtenAt }) => isNews(observation, written) || observation.observedAt - writtenAt >= HEARTBEAT_MS,
    );
    const written = due.map((entry) => ({ entry, observation: entry.observation }));
    const remove = [...this.dropped];
    const settled = () => {
      for (const { entry, observation } of written) {
        entry.written = observation;
        entry.writtenAt = observation.observedAt;
      }
      for (const key of remove) this.dropped.delete(key);
    };
    return { write: written.map(({ observation }) => observation), remove, settled };
  }
}

function isNews(observation: Observation, written: Observation | undefined): boolean {
  if (!written) return true;
  return (
    written.leaf?.fingerprint !== observation.leaf?.fingerprint ||
    Math.abs(written.notAfter - observation.notAfter) > 5000 ||
    written.renewalFailing !== observation.renewalFailing
  );
}
