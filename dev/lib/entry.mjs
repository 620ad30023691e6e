// The frame of every command: installs, hands over to the pinned Node, and turns any failure into one clear message.
import { createProgress } from './progress.mjs';
import { ensureInstalled, underPinnedNode } from './install.mjs';
import { explain, Problem } from './problem.mjs';

/** Runs `work(progress)` under the pinned Node; its return value is the exit code. */
export async function entry(script, work) {
  const progress = createProgress();
  const fail = (error) => {
    process.stderr.write(`\n${explain(error)}\n`);
    if (process.env.OBSERVATORY_DEBUG) process.stderr.write(`${error?.stack}\n`);
    process.exitCode = 1;
  };
  // Whoever reads our lines may go away, as in `npm start | head`; we go on.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  process.on('uncaughtException', (error) => {
    fail(error);
    process.exit();
  });
  try {
    if (process.platform === 'win32') throw new Problem('Windows is not supported: use WSL 2, a Linux machine or macOS.');
    await ensureInstalled(progress);
    const handedOver = await underPinnedNode(script, process.argv.slice(2));
    process.exitCode = handedOver ?? (await work(progress)) ?? 0;
  } catch (error) {
    fail(error);
  }
  // A handle that something left open must not keep a finished command alive.
  process.exit();
}
