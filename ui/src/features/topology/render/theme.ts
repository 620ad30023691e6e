/** Colours of the map, read from the design tokens of the theme on the screen. */
import type { Tone } from '../model/scene-types.js';

export interface Ink {
  /** Fill of a node, border and arrow, text on the background. */
  fill: string;
  line: string;
  text: string;
}

export interface Palette {
  bg: string;
  surface: string;
  hull: string;
  hullLine: string;
  ink: string;
  ink2: string;
  ink3: string;
  accent: string;
  encrypted: string;
  failing: string;
  degraded: string;
  unknown: string;
  font: string;
  tones: Record<Tone, Ink>;
}

/** One hue from quiet to loud, for overlays of an amount. */
const SCALE = ['--line-strong', '--latency', '--latency', '--degraded', '--failing'];

export function readPalette(element: Element): Palette {
  const style = getComputedStyle(element);
  const token = (name: string) => style.getPropertyValue(name).trim();
  const surface = token('--surface');
  const ink2 = token('--ink-2');
  const dark = style.colorScheme === 'dark';
  const ink = (fill: string, line: string, text: string): Ink => ({ fill, line, text });
  const plain = (name: string) => ink(surface, token(name), token(name));
  const scale = (index: number) => plain(SCALE[index] ?? '--ink-3');
  return {
    bg: token('--bg'),
    surface,
    hull: mix(token('--bg'), token('--inset'), dark ? 0.55 : 0.5),
    hullLine: token('--line'),
    ink: token('--ink'),
    ink2,
    ink3: token('--ink-3'),
    accent: token('--accent'),
    encrypted: token('--encrypted'),
    failing: token('--failing'),
    degraded: token('--degraded'),
    unknown: token('--unknown'),
    font: style.fontFamily || 'sans-serif',
    tones: {
      quiet: ink(surface, mix(token('--line-strong'), token('--healthy'), dark ? 0.35 : 0.4), ink2),
      idle: ink(token('--bg'), token('--line-strong'), token('--ink-3')),
      degraded: ink(token('--degraded-soft'), token('--degraded'), token('--degraded-ink')),
      failing: ink(token('--failing-soft'), token('--failing'), token('--failing-ink')),
      unknown: plain('--unknown'),
      accent: ink(token('--accent-soft'), token('--accent'), token('--accent')),
      added: ink(token('--accent-soft'), token('--accent'), token('--accent')),
      removed: plain('--before'),
      changed: plain('--latency'),
      encrypted: plain('--encrypted'),
      scale0: scale(0),
      scale1: ink(surface, mix(token('--line-strong'), token('--latency'), 0.5), token('--latency')),
      scale2: scale(2),
      scale3: scale(3),
      scale4: scale(4),
      istio: plain('--rate'),
      ambient: plain('--bytes'),
      linkerd: plain('--latency'),
    },
  };
}

/** Mixes two `#rrggbb` colours; anything else is returned as it is. */
export function mix(from: string, to: string, share: number): string {
  const parse = (text: string) => /^#([0-9a-f]{6})$/iu.exec(text)?.[1];
  const [a, b] = [parse(from), parse(to)];
  if (!a || !b) return from;
  const channel = (index: number) => {
    const [low, high] = [Number.parseInt(a.slice(index, index + 2), 16), Number.parseInt(b.slice(index, index + 2), 16)];
    return Math.round(low + (high - low) * share)
      .toString(16)
      .padStart(2, '0');
  };
  return `#${channel(0)}${channel(2)}${channel(4)}`;
}
