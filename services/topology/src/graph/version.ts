/** Numbers graphs in the order in which this process built them. */
let last = 0;

export function nextVersion(): number {
  last += 1;
  return last;
}
