/** What a service counts of itself, for `/metrics`. Invariant: one of a name in a process, however many applications a test makes in it. */
import {
  Counter,
  Gauge,
  Histogram,
  register,
  type CounterConfiguration,
  type GaugeConfiguration,
  type HistogramConfiguration,
} from 'prom-client';

const known = <T>(name: string): T | undefined => register.getSingleMetric(name) as T | undefined;

export const counter = <Label extends string>(about: CounterConfiguration<Label>): Counter<Label> =>
  known(about.name) ?? new Counter(about);
export const gauge = <Label extends string>(about: GaugeConfiguration<Label>): Gauge<Label> => known(about.name) ?? new Gauge(about);
export const histogram = <Label extends string>(about: HistogramConfiguration<Label>): Histogram<Label> =>
  known(about.name) ?? new Histogram(about);
