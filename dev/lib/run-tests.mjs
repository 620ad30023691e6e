// Runs the tiers of tests one after the other, each through Jest, and adds up what they found.
import { spawn } from 'node:child_process';
import { mkdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { PURE_LIBS } from '../../jest.config.mjs';
import { buildAll, root } from './install.mjs';
import { Problem } from './problem.mjs';
import { ensureServers } from './servers.mjs';

const TIERS = ['unit', 'integration', 'e2e'];
const SERVERS = { unit: [], integration: ['nats', 'redis', 'prometheus'], e2e: ['nats', 'redis', 'prometheus', 'chromium'] };
const results = join(root, '.observatory/test-results');
/** Jest has written its results but does not end: a test left something open. */
const LINGER_MS = 20_000;

function readArguments() {
  try {
    const { values, positionals } = parseArgs({
      options: { tier: { type: 'string', multiple: true, default: TIERS }, name: { type: 'string', short: 't' } },
      allowPositionals: true,
    });
    const unknown = values.tier.filter((tier) => !TIERS.includes(tier));
    if (unknown.length > 0) throw new Problem(`There is no tier ${unknown.join(', ')}: they are ${TIERS.join(', ')}.`);
    return { tiers: TIERS.filter((tier) => values.tier.includes(tier)), name: values.name, paths: positionals };
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem(`${error.message}\nUsage: npm test -- [--tier unit|integration|e2e] [-t NAME] [PATH…]`);
  }
}

/**
 * The whole unit tier goes in two parts: counting branches takes half of the time, and only the pure libraries, whose own tests reach
 * their bound, have one. Everything else is one part.
 */
function partsOf(tier, { paths, name }) {
  if (tier !== 'unit' || paths.length > 0 || name !== undefined) return [{ paths, name, more: [] }];
  const covered = PURE_LIBS.map((lib) => `/libs/${lib}/`);
  return [
    { paths: covered, name, more: ['--coverage'] },
    { paths: [], name, more: [`--testPathIgnorePatterns=${covered.join('|')}`] },
  ];
}

function jestArguments(tier, { paths, name, more }, output) {
  return [
    '--disable-warning=ExperimentalWarning',
    '--experimental-vm-modules',
    join(root, 'node_modules/jest/bin/jest.js'),
    `--selectProjects=${tier}`,
    '--json',
    `--outputFile=${output}`,
    '--passWithNoTests',
    // Jest would leave one processor idle. In the last tier whole suites run, which mostly wait for the next window.
    tier === 'e2e' ? '--maxWorkers=2' : '--maxWorkers=100%',
    ...more,
    ...(name === undefined ? [] : [`--testNamePattern=${name}`]),
    ...(paths.length === 0 ? [] : ['--', ...paths]),
  ];
}

const exists = (file) =>
  stat(file).then(
    () => true,
    () => false,
  );

/** Resolves with the exit code; 'lingered' when it had to be killed after its work was done. */
function runJest(args, output) {
  // Jest colours its lines in CI otherwise.
  const env = { ...process.env, NODE_OPTIONS: '', ...(process.stderr.isTTY ? {} : { FORCE_COLOR: '0' }) };
  const child = spawn(process.execPath, args, {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    env,
  });
  return new Promise((resolve, reject) => {
    let linger;
    const watch = setInterval(async () => {
      if (linger === undefined && (await exists(output))) linger = setTimeout(() => child.kill('SIGKILL'), LINGER_MS);
    }, 500);
    child.once('error', reject);
    child.once('exit', (code) => {
      clearInterval(watch);
      clearTimeout(linger);
      resolve(code ?? 'lingered');
    });
  });
}

async function runPart(tier, selection, output) {
  await mkdir(results, { recursive: true });
  await rm(output, { force: true });
  const code = await runJest(jestArguments(tier, selection, output), output);
  const report = await readFile(output, 'utf8').then(JSON.parse, () => undefined);
  if (report === undefined) return { passed: 0, failed: 1, skipped: 0, notes: [`${tier}: Jest ended without a result (${code})`] };
  const failed = report.numFailedTests + report.numRuntimeErrorTestSuites;
  const notes = [];
  if (code === 'lingered') notes.push(`${tier}: the tests left something open, Jest did not end by itself`);
  else if (code !== 0 && failed === 0)
    notes.push(
      `${tier}: ${selection.more.includes('--coverage') ? 'the coverage of a pure library is below its bound' : `Jest ended with exit code ${code}`}`,
    );
  return { passed: report.numPassedTests, failed: failed + notes.length, skipped: report.numPendingTests + report.numTodoTests, notes };
}

async function missingTools() {
  const { hasTool, OPTIONAL_TOOLS } = await import('../../libs/testing/dist/index.js');
  return Object.entries(OPTIONAL_TOOLS).filter(([tool]) => !hasTool(tool));
}

export async function test({ step, say }) {
  const selection = readArguments();
  await buildAll({ step, say });
  const servers = [...new Set(selection.tiers.flatMap((tier) => SERVERS[tier]))];
  await ensureServers(servers, { step });
  const total = { passed: 0, failed: 0, skipped: 0 };
  const notes = [];
  for (const tier of selection.tiers) {
    process.stdout.write(`\n${tier} tests\n`);
    for (const [index, part] of partsOf(tier, selection).entries()) {
      const outcome = await runPart(tier, part, join(results, `${tier}${index === 0 ? '' : `-${index + 1}`}.json`));
      for (const key of Object.keys(total)) total[key] += outcome[key];
      notes.push(...outcome.notes);
    }
  }
  process.stdout.write('\n');
  for (const note of notes) process.stdout.write(`${note}\n`);
  if (total.skipped > 0) for (const [, why] of await missingTools()) process.stdout.write(`tests skipped: ${why}\n`);
  process.stdout.write(`${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}\n`);
  return total.failed > 0 ? 1 : 0;
}
