/**
 * Which names and labels have room? Boxes are taken in order of importance; one that would cover another is left out.
 * Widths are estimated from Inter's average glyph, so that the choice needs no canvas. Invariant: kept boxes never overlap.
 */
import { overlaps, type Box } from './geometry.js';

/** Mean advance of Inter's lower-case letters and digits, in em. */
const GLYPH_EM = 0.57;

export function textWidth(text: string, sizePx: number): number {
  return text.length * sizePx * GLYPH_EM;
}

export function shorten(text: string, maxChars: number): string {
  return text.length <= maxChars ? text : `${text.slice(0, maxChars - 1).trimEnd()}…`;
}

/** Remembers what is taken in a grid of cells, so that a thousand labels cost a thousand small looks. */
export class Room {
  private readonly cells = new Map<string, Box[]>();

  constructor(private readonly cellSize: number) {}

  private *keys(box: Box): Generator<string> {
    const [fromX, toX] = [Math.floor(box.minX / this.cellSize), Math.floor(box.maxX / this.cellSize)];
    const [fromY, toY] = [Math.floor(box.minY / this.cellSize), Math.floor(box.maxY / this.cellSize)];
    for (let x = fromX; x <= toX; x += 1) for (let y = fromY; y <= toY; y += 1) yield `${x}:${y}`;
  }

  /** Takes the box whatever is there. */
  occupy(box: Box): void {
    for (const key of this.keys(box)) {
      const known = this.cells.get(key);
      if (known) known.push(box);
      else this.cells.set(key, [box]);
    }
  }

  isFree(box: Box): boolean {
    for (const key of this.keys(box)) if (this.cells.get(key)?.some((other) => overlaps(box, other))) return false;
    return true;
  }

  take(box: Box): boolean {
    if (!this.isFree(box)) return false;
    this.occupy(box);
    return true;
  }
}
