/**
 * Writes the simulation's series as OpenMetrics text, a line per sample. Label blocks are some 900 bytes and never
 * change, so each series keeps its line's head as bytes and a sample is one copy of them.
 * Invariant: equal series of one instant are one line with their sum, as in a scrape: promtool refuses a second one.
 */
import { closeSync, openSync, writeSync } from 'node:fs';
import type { Metric, SeriesGroup, Sink } from '../exposition/series.js';

const BUFFER_BYTES = 8 * 1024 * 1024;
/** More than the longest line. */
const SPARE_BYTES = 16 * 1024;

/** Which samples history keeps. Asked once per series. */
export type Keep = (group: SeriesGroup, metric: Metric) => boolean;

const DROPPED = Buffer.alloc(0);

interface Series {
  /** Of its line, up to the value; empty: not kept. */
  readonly head: Buffer;
  /** In this file, the one of all equal series that is written. */
  file: SampleFile | undefined;
  written: Series | undefined;
  atSec: number;
  sum: number;
}

export class SampleFile {
  samples = 0;
  private readonly buffer = Buffer.allocUnsafe(BUFFER_BYTES);
  private used = 0;
  private readonly descriptor: number;
  private readonly byHead = new Map<string, Series>();
  /** Of the instant that is being written. */
  private readonly touched: Series[] = [];
  private atSec = Number.NaN;

  constructor(
    path: string,
    private readonly keep: Keep,
  ) {
    this.descriptor = openSync(path, 'w');
  }

  /** A sink for one instant, with the labels that the scrape of one pod adds. Instants come one after the other. */
  sinkAt(timeSec: number, target: { id: number; labels: string }): Sink {
    if (timeSec !== this.atSec) this.writeInstant();
    this.atSec = timeSec;
    return (group, metric, value) => {
      const known = (group.cache[target.id] ??= []) as Series[];
      const own = (known[metric.id] ??= this.seriesOf(group, metric, target.labels));
      if (own.head.length === 0) return;
      const series = own.file === this && own.written ? own.written : this.enter(own);
      if (series.atSec === timeSec) {
        series.sum += value;
        return;
      }
      series.atSec = timeSec;
      series.sum = value;
      this.touched.push(series);
    };
  }

  close(): void {
    this.writeInstant();
    this.used += this.buffer.write('# EOF\n', this.used, 'latin1');
    this.flush();
    closeSync(this.descriptor);
  }

  private seriesOf(group: SeriesGroup, metric: Metric, targetLabels: string): Series {
    const head = this.keep(group, metric) ? Buffer.from(`${metric.head}${group.labels},${targetLabels}${metric.tail}`) : DROPPED;
    return { head, file: undefined, written: undefined, atSec: Number.NaN, sum: 0 };
  }

  /** Groups outlive a file: in each, equal series find each other anew. */
  private enter(series: Series): Series {
    const text = series.head.toString('latin1');
    const written = this.byHead.get(text) ?? series;
    this.byHead.set(text, written);
    series.file = this;
    series.written = written;
    return written;
  }

  private writeInstant(): void {
    const tail = ` ${this.atSec}\n`;
    for (const { head, sum } of this.touched) {
      if (this.used + SPARE_BYTES > BUFFER_BYTES) this.flush();
      this.used += head.copy(this.buffer, this.used);
      this.used += this.buffer.write(String(sum) + tail, this.used, 'latin1');
    }
    this.samples += this.touched.length;
    this.touched.length = 0;
  }

  private flush(): void {
    let written = 0;
    while (written < this.used) written += writeSync(this.descriptor, this.buffer, written, this.used - written);
    this.used = 0;
  }
}
