import { sparklinePaths } from './sparkline-path.js';
import { classes } from './classes.js';

interface SparklineProps {
  values: readonly (number | null)[];
  /** A colour token without dashes, such as `rate`. */
  colour: string;
  label: string;
  width?: number;
  height?: number;
  /** Stretches to the box it is in. */
  fluid?: boolean;
  className?: string;
}

export function Sparkline({ values, colour, label, width = 96, height = 24, fluid = false, className }: SparklineProps) {
  const { lines, dots } = sparklinePaths(values, width, height);
  if (lines.length === 0 && dots.length === 0)
    return (
      <span className={classes('flex items-center text-xs text-ink-3', className)} style={{ height }}>
        no data
      </span>
    );
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      {...(fluid ? {} : { width })}
      height={height}
      className={classes(fluid && 'w-full', 'block overflow-visible', className)}
      style={{ color: `var(--${colour})` }}
    >
      {lines.map((d) => (
        <path key={d} d={d} fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinejoin="round" vectorEffect="non-scaling-stroke" />
      ))}
      {dots.map(({ x, y }) => (
        <circle key={x} cx={x} cy={y} r="1.5" fill="currentColor" />
      ))}
    </svg>
  );
}
