/**
 * A YAML stream cut into its documents without reading them, so that each is read alone and a bad one spoils no other.
 * Source: YAML 1.2 §9: `---` and `...` at the start of a line are markers, whatever stands around them.
 */

export interface Piece {
  readonly text: string;
  /** Offset in the stream. */
  readonly start: number;
}

const MARKER = /^(?:---(?=[\s]|$)|\.\.\.(?=[\s]|$))/gm;

/** Pieces that hold anything, at most `max` of them; `more` says that there are others. */
export function splitDocuments(stream: string, max: number): { pieces: Piece[]; more: boolean } {
  const pieces: Piece[] = [];
  const add = (start: number, end: number): boolean => {
    const text = stream.slice(start, end);
    if (!/[^\s]/.test(text.replace(/^---/, ''))) return true;
    if (pieces.length >= max) return false;
    pieces.push({ text, start });
    return true;
  };
  let start = 0;
  let markers = 0;
  for (const { 0: marker, index } of stream.matchAll(MARKER)) {
    markers += 1;
    if (markers > MARKERS_PER_DOCUMENT * max) return { pieces, more: true };
    // Directives belong to the document that their marker opens.
    if (marker === '---' && isHead(stream.slice(start, Math.min(index, start + HEAD_MAX + 1)))) continue;
    if (!add(start, index)) return { pieces, more: true };
    start = marker === '...' ? index + marker.length : index;
  }
  return { pieces, more: !add(start, stream.length) };
}

/** Longer than this, what stands before a marker is no head of directives. */
const HEAD_MAX = 1000;
/** Markers between which there is nothing are passed over, but not for ever. */
const MARKERS_PER_DOCUMENT = 4;

function isHead(text: string): boolean {
  const lines = text.length > HEAD_MAX ? [] : text.split('\n');
  return (
    lines.some((line) => line.startsWith('%')) && lines.every((line) => line.trim() === '' || line.startsWith('%') || line.startsWith('#'))
  );
}

/** Line and column, counted from 1, of an offset: lines are found as far as anybody asks, and by bisection afterwards. */
export class Lines {
  private readonly starts: number[] = [0];
  private isWhole = false;

  constructor(private readonly text: string) {}

  at(offset: number): { line: number; column: number } {
    this.findUpTo(offset);
    let [low, high] = [0, this.starts.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (this.starts[low] ?? 0) + 1 };
  }

  private findUpTo(offset: number): void {
    let last = this.starts.at(-1) ?? 0;
    while (!this.isWhole && last <= offset) {
      const end = this.text.indexOf('\n', last);
      this.isWhole = end < 0;
      last = end + 1;
      if (!this.isWhole) this.starts.push(last);
    }
  }
}
