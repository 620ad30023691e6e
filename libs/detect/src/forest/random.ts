/** A stream of numbers in [0, 1) from a seed: sfc32 (Doty-Humphrey, PractRand). The same seed gives the same stream on every machine. */
export function randomOf(seed: number): () => number {
  let [a, b, c, count] = [0x9e3779b9, 0x243f6a88, seed | 0, 1];
  const next = (): number => {
    const sum = (((a + b) | 0) + count) | 0;
    count = (count + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return (sum >>> 0) / 4294967296;
  };
  // The seed reaches all of the state after a dozen rounds.
  for (let round = 0; round < 12; round += 1) next();
  return next;
}
