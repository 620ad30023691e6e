/**
 * Strings of a large answer, each kept once: 41,000 rows of 21 labels hold 870,000 label values, of which a few
 * thousand differ. A string is looked up by its bytes, so that a known one costs no new string.
 * Invariant: an entry stands for one content as long as the table lives; entry 0 is none.
 */

const FIRST_SLOTS = 1 << 12;
const FNV_PRIME = 16_777_619;
const FNV_OFFSET = 0x811c9dc5;
const [QUOTE, BACKSLASH] = [0x22, 0x5c];

export class StringTable {
  private slots = new Int32Array(FIRST_SLOTS);
  private readonly strings: string[] = [''];
  private readonly hashes: number[] = [0];
  /** Where the bytes of entry i start in the arena; they end where those of i + 1 start. */
  private readonly starts: number[] = [0, 0];
  private arena = Buffer.alloc(1 << 16);
  /** Where the closing quote of the string read last is. */
  end = 0;

  text(entry: number): string {
    return this.strings[entry]!;
  }

  /** The entry of a text. */
  entry(text: string): number {
    return this.read(Buffer.from(JSON.stringify(text)), 1, 0);
  }

  /**
   * The entry of the JSON string whose content starts at `start`. `guess` is tried first: rows resemble the row before.
   * Throws SyntaxError when the string has no end, or a bad escape.
   */
  read(bytes: Buffer, start: number, guess: number): number {
    if (guess !== 0 && this.startsWith(guess, bytes, start)) return guess;
    let hash = FNV_OFFSET;
    let end = start;
    for (; end < bytes.length; end += 1) {
      const byte = bytes[end]!;
      if (byte === QUOTE) break;
      if (byte === BACKSLASH) end += 1;
      hash = Math.imul(hash ^ byte, FNV_PRIME);
    }
    if (end >= bytes.length) throw new SyntaxError('a string without an end');
    this.end = end;
    return this.find(hash, bytes, start) || this.add(hash, bytes.subarray(start, end));
  }

  private find(hash: number, bytes: Buffer, start: number): number {
    const mask = this.slots.length - 1;
    for (let slot = spread(hash) & mask; ; slot = (slot + 1) & mask) {
      const entry = this.slots[slot]!;
      if (entry === 0 || (this.hashes[entry] === hash && this.startsWith(entry, bytes, start))) return entry;
    }
  }

  /** True when the entry's content and a closing quote stand at `start`; then `end` is set. */
  private startsWith(entry: number, bytes: Buffer, start: number): boolean {
    const { arena } = this;
    const to = this.starts[entry + 1]!;
    let position = start;
    for (let own = this.starts[entry]!; own < to; own += 1, position += 1) if (bytes[position] !== arena[own]) return false;
    if (bytes[position] !== QUOTE) return false;
    this.end = position;
    return true;
  }

  private add(hash: number, content: Buffer): number {
    const entry = this.strings.push(decode(content)) - 1;
    this.hashes.push(hash);
    const from = this.starts[entry]!;
    const to = from + content.length;
    if (to > this.arena.length) this.arena = Buffer.concat([this.arena], Math.max(to, this.arena.length * 2));
    content.copy(this.arena, from);
    this.starts.push(to);
    if (entry * 2 > this.slots.length) this.grow();
    else this.place(entry);
    return entry;
  }

  private grow(): void {
    this.slots = new Int32Array(this.slots.length * 2);
    for (let entry = 1; entry < this.strings.length; entry += 1) this.place(entry);
  }

  private place(entry: number): void {
    const mask = this.slots.length - 1;
    let slot = spread(this.hashes[entry]!) & mask;
    while (this.slots[slot] !== 0) slot = (slot + 1) & mask;
    this.slots[slot] = entry;
  }
}

const spread = (hash: number): number => hash ^ (hash >>> 15);

function decode(content: Buffer): string {
  const text = content.toString('utf8');
  return content.includes(BACKSLASH) ? (JSON.parse(`"${text}"`) as string) : text;
}
