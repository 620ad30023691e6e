// Makes node_modules match package-lock.json, and hands over to the Node that it pins. Runs on any Node from 20 on, without a dependency.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, existsSync, openSync, realpathSync } from 'node:fs';
import { mkdir, readFile, statfs, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Problem } from './problem.mjs';

export const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const modules = join(root, 'node_modules');
const stampFile = join(modules, '.observatory-lock');
const pinnedNode = join(modules, 'node/bin/node');
const logFile = join(root, '.observatory/logs/npm-ci.log');
const INSTALL_NEEDS_BYTES = 2e9;

async function lockStamp() {
  return createHash('sha256')
    .update(await readFile(join(root, 'package-lock.json')))
    .digest('hex');
}

/** True when npm's own note of what it installed has everything that the lockfile asks of this platform. */
async function installedMatches() {
  const read = async (file) => JSON.parse(await readFile(file, 'utf8')).packages;
  const [wanted, installed] = await Promise.all(
    [join(root, 'package-lock.json'), join(modules, '.package-lock.json')].map((file) => read(file).catch(() => undefined)),
  );
  if (!wanted) throw new Problem(BAD_LOCKFILE);
  if (!installed || !existsSync(pinnedNode)) return false;
  return Object.entries(wanted).every(([path, { version, optional, link }]) => {
    if (!path.startsWith('node_modules/') || link) return true;
    return installed[path] ? installed[path].version === version : optional === true;
  });
}

/** Rejects with a Problem when the disk of `folder` has less than `bytes` free. */
export async function requireSpace(folder, bytes) {
  const disk = await statfs(folder);
  const free = disk.bavail * disk.bsize;
  if (free >= bytes) return;
  const inGb = (value) => `${(value / 1e9).toFixed(1)} GB`;
  throw new Problem(
    `Not enough disk space: ${inGb(free)} free at ${folder}, ${inGb(bytes)} needed. Free some, or set OBSERVATORY_DATA to a folder on another disk.`,
  );
}

const BAD_LOCKFILE =
  'package-lock.json does not fit package.json or is damaged. `git checkout package.json package-lock.json` restores both; after a change of your own, run `npm install`.';
const NPM_FAILURES = [
  [/ENOSPC|No space left/, 'The disk is full. Free some space (the packages need about 1 GB) and start again.'],
  [/EUSAGE|EJSONPARSE|Invalid package lock|Missing: .* from lock file/, BAD_LOCKFILE],
  [
    /EINTEGRITY/,
    'A downloaded package is not what package-lock.json expects. Run `npm cache clean --force` and start again; if it stays, the registry serves something else.',
  ],
  [/E401|E403|ENEEDAUTH/, 'The npm registry refused access. Check `npm config get registry` and your login.'],
  [/E404|ETARGET/, 'The npm registry lacks a package that package-lock.json names. Check `npm config get registry`.'],
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT|network/,
    'The npm registry cannot be reached. Check the network and the proxy (`npm config get registry proxy`), then start again.',
  ],
  [/EACCES|EPERM|EROFS/, `npm may not write to ${modules}. Start as the owner of this folder.`],
];

function npmFailure(log) {
  const known = NPM_FAILURES.find(([pattern]) => pattern.test(log));
  const lines = log
    .split('\n')
    .filter((line) => /npm (error|ERR!)/.test(line))
    .slice(0, 4);
  return new Problem([`npm ci failed. ${known?.[1] ?? ''}`.trimEnd(), ...lines.map((line) => `  ${line}`), `  log: ${logFile}`].join('\n'));
}

/** npm as it was started, else from PATH; never through the Node inside node_modules, which npm is about to replace. */
function npmCommand() {
  const path = (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => !folder.startsWith(modules))
    .join(delimiter);
  const cli = process.env.npm_execpath;
  const usable = cli && /npm-cli\.c?js$/.test(cli) && existsSync(cli);
  const node = process.env.npm_node_execpath;
  const runner = node && !node.startsWith(modules) ? node : 'node';
  return { command: usable ? runner : 'npm', args: usable ? [cli] : [], env: { ...process.env, PATH: path } };
}

async function npmCi() {
  await mkdir(dirname(logFile), { recursive: true });
  const log = openSync(logFile, 'w');
  const { command, args, env } = npmCommand();
  const child = spawn(command, [...args, 'ci', '--no-audit', '--no-fund', '--loglevel=warn'], {
    cwd: root,
    env,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  const stop = () => child.kill('SIGTERM');
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, stop);
  const outcome = await new Promise((resolve) => {
    child.once('error', (error) => resolve(error));
    child.once('exit', (code, by) => resolve(by ?? code));
  });
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.off(name, stop);
  if (outcome === 0) return;
  if (outcome?.code === 'ENOENT') throw new Problem('npm was not found on PATH. It comes with Node.js: https://nodejs.org');
  if (typeof outcome === 'string') throw new Problem('Stopped while npm installed the packages. The next start begins anew.');
  throw npmFailure(await readFile(logFile, 'utf8'));
}

/** Somebody else's suite would lose its programs under its feet. */
async function refuseWhileRunning() {
  const state = await readFile(join(root, process.env.OBSERVATORY_DATA ?? '.observatory', 'state.json'), 'utf8').catch(() => '{}');
  const { pid, url } = JSON.parse(state);
  if (!pid || pid === process.pid) return;
  try {
    process.kill(pid, 0);
  } catch {
    return;
  }
  throw new Problem(`package-lock.json has changed, but the Observatory still runs: ${url} (process ${pid}). Stop it first: kill ${pid}`);
}

export async function ensureInstalled({ step }) {
  if (!existsSync(join(root, 'package-lock.json')))
    throw new Problem('package-lock.json is missing. `git checkout package-lock.json` restores it.');
  const stamp = await lockStamp();
  const seen = await readFile(stampFile, 'utf8').catch(() => undefined);
  if (seen === stamp && existsSync(pinnedNode)) return;
  if (!(await installedMatches())) {
    await refuseWhileRunning();
    await requireSpace(root, INSTALL_NEEDS_BYTES);
    await step('installing packages (npm ci)', npmCi);
    if (!existsSync(pinnedNode))
      throw new Problem(
        `npm ci has not installed the pinned Node (${pinnedNode}). Are install scripts switched off (\`npm config get ignore-scripts\`)?`,
      );
  }
  await writeFile(stampFile, stamp);
}

const sameFile = (one, other) => existsSync(one) && existsSync(other) && realpathSync(one) === realpathSync(other);

/**
 * Runs `script` under the pinned Node unless that is what runs already; then returns undefined, else the exit code.
 * Signals are passed on, and the other side notices through its channel when this process is gone.
 */
export async function underPinnedNode(script, args) {
  if (sameFile(process.execPath, pinnedNode)) return undefined;
  const path = [dirname(pinnedNode), join(modules, '.bin'), process.env.PATH].join(delimiter);
  const child = spawn(pinnedNode, [script, ...args], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, PATH: path },
  });
  // The terminal sends Ctrl-C to both of us.
  process.on('SIGINT', () => {});
  for (const name of ['SIGTERM', 'SIGHUP']) process.on(name, () => child.kill(name));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, by) => resolve(code ?? (by ? 1 : 0)));
  });
}

/**
 * Builds what is stale, in a process of its own: compilers would stay in the memory of one that goes on to run.
 * Rejects with a Problem that carries the compiler's messages.
 */
export async function buildAll({ step, say }) {
  const child = spawn(process.execPath, [join(root, 'dev/build.mjs')], { stdio: ['ignore', 'pipe', 'pipe'] });
  let messages = '';
  child.stderr.on('data', (chunk) => (messages += chunk));
  child.stdout.on('data', (chunk) => chunk.toString().trimEnd().split('\n').forEach(say));
  const ended = new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const code = await step('building', () => ended);
  if (code !== 0) throw new Problem(`The build failed.\n${messages.trimEnd()}`);
}
