/**
 * The shape of a small chart as SVG paths. One path per unbroken run: a gap is a gap, a lone point a dot.
 * Invariant: every coordinate is inside width × height, and 0 is at the bottom.
 */
export interface SparklinePaths {
  lines: string[];
  dots: { x: number; y: number }[];
}

const round = (value: number) => Math.round(value * 10) / 10;

export function sparklinePaths(values: readonly (number | null)[], width: number, height: number): SparklinePaths {
  const known = values.filter((value) => value !== null);
  const top = Math.max(...known, 0) || 1;
  const step = values.length > 1 ? width / (values.length - 1) : 0;
  const pad = 1;
  const point = (value: number, index: number) => ({ x: round(index * step), y: round(height - pad - (value / top) * (height - 2 * pad)) });
  const paths: SparklinePaths = { lines: [], dots: [] };
  let run: { x: number; y: number }[] = [];
  const close = () => {
    const [first] = run;
    if (run.length === 1 && first) paths.dots.push(first);
    if (run.length > 1) paths.lines.push(`M${run.map(({ x, y }) => `${x} ${y}`).join('L')}`);
    run = [];
  };
  for (const [index, value] of values.entries()) {
    if (value === null) close();
    else run.push(point(value, index));
  }
  close();
  return paths;
}
