/** How are cumulative buckets of several rows put together? By bound; principals and ports may split one histogram. */

/** `+Inf`, `0.5` and Prometheus 3's `1.0`. NaN for anything else. */
export const boundOf = (le: string | undefined): number =>
  le === '+Inf' ? Infinity : le === undefined || le === '' ? Number.NaN : Number(le);

export function addBucket(buckets: [number, number][], bound: number, rate: number): void {
  const found = buckets.find((bucket) => bucket[0] === bound);
  if (found === undefined) buckets.push([bound, rate]);
  else found[1] += rate;
}
