/**
 * Writes the simulation's series as OpenMetrics text, a line per sample. Label blocks are some 900 bytes and never
 * change, so each series keeps its line's head as bytes and a sample is one copy of them.
 */
import { closeSync, openSync, writeSync } from 'node:fs';
import type { Metric, SeriesGroup, Sink } from '../exposition/series.js';

const BUFFER_BYTES = 8 * 1024 * 1024;
/** More than the longest line. */
const SPARE_BYTES = 16 * 1024;

/** Which samples history keeps. Asked once per series. */
export type Keep = (group: SeriesGroup, metric: Metric) => boolean;

const DROPPED = Buffer.alloc(0);

export class SampleFile {
  samples = 0;
  private readonly buffer = Buffer.allocUnsafe(BUFFER_BYTES);
  private used = 0;
  private readonly descriptor: number;

  constructor(
    path: string,
    private readonly keep: Keep,
  ) {
    this.descriptor = openSync(path, 'w');
  }

  /** A sink that writes at one instant, with the labels that the scrape of one pod adds. */
  sinkAt(timeSec: number, target: { id: number; labels: string }): Sink {
    const tail = ` ${timeSec}\n`;
    return (group, metric, value) => {
      const heads = (group.cache[target.id] ??= []) as Buffer[];
      const head = (heads[metric.id] ??= this.keep(group, metric)
        ? Buffer.from(`${metric.head}${group.labels},${target.labels}${metric.tail}`)
        : DROPPED);
      if (head.length === 0) return;
      if (this.used + SPARE_BYTES > BUFFER_BYTES) this.flush();
      this.used += head.copy(this.buffer, this.used);
      this.used += this.buffer.write(String(value) + tail, this.used, 'latin1');
      this.samples += 1;
    };
  }

  close(): void {
    this.used += this.buffer.write('# EOF\n', this.used, 'latin1');
    this.flush();
    closeSync(this.descriptor);
  }

  private flush(): void {
    let written = 0;
    while (written < this.used) written += writeSync(this.descriptor, this.buffer, written, this.used - written);
    this.used = 0;
  }
}
