// The checks, two at a time.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from './install.mjs';

const bin = (name) => join(root, 'node_modules/.bin', name);
const AT_ONCE = 2;

const UNIT_TESTS = 'unit tests';
const STEPS = [
  { name: 'types', command: bin('tsc'), args: ['-p', 'tsconfig.json'] },
  { name: 'types of the UI', command: bin('tsc'), args: ['-p', 'ui/tsconfig.json', '--noEmit'] },
  { name: 'format', command: bin('oxfmt'), args: ['--check', '.'] },
  { name: 'lint', command: bin('oxlint'), args: ['--deny-warnings', '.'] },
  {
    name: 'import edges',
    command: bin('depcruise'),
    args: ['--config', '.dependency-cruiser.mjs', '--output-type', 'err', 'libs', 'services', 'proto/src', 'ui/src'],
  },
  { name: 'unused code', command: bin('knip'), args: ['--no-progress', '--no-config-hints'] },
  { name: UNIT_TESTS, command: process.execPath, args: [join(root, 'dev/test.mjs'), '--tier', 'unit'] },
];

function run({ command, args }) {
  const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, NODE_OPTIONS: '' } });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: 1, output: error.message }));
    child.once('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

export async function check() {
  // For who runs `npm test` next.
  const withUnit = !process.argv.includes('--no-unit');
  const waiting = STEPS.filter(({ name }) => withUnit || name !== UNIT_TESTS);
  const failed = [];
  const worker = async () => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
      const startedAt = performance.now();
      const { code, output } = await run(step);
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
      process.stdout.write(`  ${code === 0 ? 'ok    ' : 'FAILED'} ${step.name} (${seconds} s)\n`);
      if (code === 0) continue;
      failed.push(step.name);
      process.stdout.write(`${output.trimEnd().replaceAll(/^/gm, '    ')}\n`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  process.stdout.write(failed.length === 0 ? 'all checks passed\n' : `failed: ${failed.join(', ')}\n`);
  return failed.length === 0 ? 0 : 1;
}
