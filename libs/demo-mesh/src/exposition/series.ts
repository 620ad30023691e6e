/**
 * Series as the writers of metrics hand them on: a metric, a group of labels, a value.
 * Label blocks are built once per series and shared by all of its metrics, so a scrape is little more than joining strings.
 */
export type MetricType = 'counter' | 'gauge' | 'histogram';

export interface Metric {
  readonly id: number;
  readonly family: string;
  readonly type: MetricType;
  readonly head: string;
  readonly tail: string;
}

export interface SeriesGroup {
  /** `a="b",c="d"` without braces. */
  readonly labels: string;
  /** For writers that want to keep something per metric of the group. */
  readonly cache: unknown[];
}

export type Sink = (group: SeriesGroup, metric: Metric, value: number) => void;

let metricCount = 0;

function metricOf(family: string, type: MetricType, parts: { name: string; extra?: string }): Metric {
  metricCount += 1;
  return { id: metricCount, family, type, head: `${parts.name}{`, tail: parts.extra ? `,${parts.extra}} ` : '} ' };
}

export const counterMetric = (name: string): Metric => metricOf(name, 'counter', { name });
export const gaugeMetric = (name: string): Metric => metricOf(name, 'gauge', { name });

export interface HistogramMetrics {
  readonly buckets: readonly Metric[];
  readonly infinity: Metric;
  readonly sum: Metric;
  readonly count: Metric;
}

export function histogramMetrics(name: string, bounds: readonly number[]): HistogramMetrics {
  const part = (suffix: string, extra?: string) => metricOf(name, 'histogram', { name: `${name}${suffix}`, extra });
  return {
    buckets: bounds.map((bound) => part('_bucket', `le="${bound}"`)),
    infinity: part('_bucket', 'le="+Inf"'),
    sum: part('_sum'),
    count: part('_count'),
  };
}

const escapeLabel = (value: string): string => value.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n');

/** Empty values are left out: to Prometheus they are the same. */
export function labelBlock(labels: Record<string, string | undefined>): string {
  return Object.entries(labels)
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([name, value]) => `${name}="${escapeLabel(value!)}"`)
    .join(',');
}

/** Groups by key, built on first use. */
export class GroupCache {
  private readonly groups = new Map<string, SeriesGroup>();

  group(key: string, labels: () => Record<string, string | undefined>): SeriesGroup {
    let group = this.groups.get(key);
    if (!group) {
      group = { labels: labelBlock(labels()), cache: [] };
      this.groups.set(key, group);
    }
    return group;
  }
}

/** Collects one scrape in Prometheus' text format, each family in one piece below its TYPE line. Equal series are summed. */
export class TextScrape {
  private readonly families = new Map<string, { type: MetricType; samples: Map<string, number> }>();

  readonly sink: Sink = (group, metric, value) => {
    let family = this.families.get(metric.family);
    if (!family) {
      family = { type: metric.type, samples: new Map() };
      this.families.set(metric.family, family);
    }
    const series = metric.head + group.labels + metric.tail;
    family.samples.set(series, (family.samples.get(series) ?? 0) + value);
  };

  toString(): string {
    let text = '';
    for (const [name, { type, samples }] of this.families) {
      text += `# TYPE ${name} ${type}\n`;
      for (const [series, value] of samples) text += `${series}${value}\n`;
    }
    return text;
  }
}
