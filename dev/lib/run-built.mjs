// What the command line tools of the libraries do first: what is stale of a checkout is built.
import { buildNode } from '../build.mjs';

/** Runs `main`, the URL of a built module. What the build says goes to stderr, stdout is the tool's. */
export async function runBuilt(main) {
  await buildNode((line) => process.stderr.write(`${line}\n`));
  await import(main.href);
}
