// Tells people what takes time. On a terminal one line is rewritten with the seconds; elsewhere plain lines.
const TICK_MS = 250;
const PLAIN_EVERY_MS = 15_000;

export function createProgress(stream = process.stdout) {
  const live = stream.isTTY === true && !process.env.CI;
  let current;

  const seconds = () => ((performance.now() - current.startedAt) / 1000).toFixed(live ? 0 : 1);
  const clear = () => live && current && stream.write('\r\u001b[2K');
  const draw = () => live && current && stream.write(`\r\u001b[2K  ${current.label} … ${seconds()} s`);

  function say(line) {
    clear();
    stream.write(`  ${line}\n`);
    draw();
  }

  /** Shows `label` with the elapsed seconds while `work` runs; returns what it returns. */
  async function step(label, work) {
    if (current) return work();
    current = { label, startedAt: performance.now() };
    draw();
    if (!live) stream.write(`  ${label} …\n`);
    const timer = setInterval(() => (live ? draw() : stream.write(`  ${label}: ${seconds()} s so far\n`)), live ? TICK_MS : PLAIN_EVERY_MS);
    try {
      const result = await work();
      clear();
      stream.write(`  ${label}: done in ${((performance.now() - current.startedAt) / 1000).toFixed(1)} s\n`);
      return result;
    } finally {
      clearInterval(timer);
      clear();
      current = undefined;
    }
  }

  return { say, step };
}
