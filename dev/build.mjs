// Builds what is stale: every workspace's src/ to dist/ through SWC, the UI through Vite.
// A file is stale when its output is missing or older; outputs without a source are removed.
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const TEST_FILE = /\.(spec|int-spec|e2e-spec)\.tsx?$/;

async function files(folder) {
  const found = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

async function mtime(file) {
  return (await stat(file).catch(() => undefined))?.mtimeMs ?? 0;
}

async function foldersIn(folder) {
  const entries = await readdir(join(root, folder), { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => `${folder}/${name}`);
}

/** The workspaces that run on Node, as folders relative to the root. */
export async function nodeWorkspaces() {
  return [...(await foldersIn('libs')), 'proto', ...(await foldersIn('services'))];
}

/** Replaced as a whole: another process may be reading it. */
async function replace(file, text) {
  const next = `${file}.${process.pid}.next`;
  await writeFile(next, text);
  await rename(next, file);
}

async function compile(file, output, { swc, swcrc }) {
  const { code, map } = await swc.transformFile(file, { ...swcrc, swcrc: false, sourceFileName: file });
  await mkdir(dirname(output), { recursive: true });
  await replace(`${output}.map`, map ?? '');
  await replace(output, `${code}\n//# sourceMappingURL=${output.split('/').pop()}.map\n`);
}

async function buildWorkspace(workspace, options) {
  const source = join(root, workspace, 'src');
  const target = join(root, workspace, 'dist');
  const wanted = new Set();
  const stale = [];
  for (const file of await files(source)) {
    if (!/\.tsx?$/.test(file) || file.endsWith('.d.ts') || TEST_FILE.test(file)) continue;
    const output = join(target, relative(source, file).replace(/\.tsx?$/, '.js'));
    wanted.add(output).add(`${output}.map`);
    if ((await mtime(output)) < Math.max(await mtime(file), options.configChangedAt)) stale.push([file, output]);
  }
  const outcomes = await Promise.allSettled(stale.map(([file, output]) => compile(file, output, options)));
  const problems = outcomes.flatMap((outcome, index) =>
    outcome.status === 'rejected' ? [`${relative(root, stale[index][0])}: ${outcome.reason.message}`] : [],
  );
  for (const file of await files(target)) if (!wanted.has(file) && !file.endsWith('.next')) await rm(file, { force: true });
  return { count: stale.length, problems };
}

/** Builds the workspaces that run on Node, where stale. Rejects with all of the compiler's messages. */
export async function buildNode(report = () => {}) {
  const swc = await import('@swc/core');
  const { $schema: _, ...swcrc } = JSON.parse(await readFile(join(root, '.swcrc'), 'utf8'));
  const options = { swc, swcrc, configChangedAt: await mtime(join(root, '.swcrc')) };
  const results = await Promise.all((await nodeWorkspaces()).map((name) => buildWorkspace(name, options)));
  const problems = results.flatMap((result) => result.problems);
  if (problems.length > 0) throw new Error(problems.join('\n'));
  const total = results.reduce((sum, { count }) => sum + count, 0);
  if (total > 0) report(`compiled ${total} files`);
}

/** Builds the UI when one of its files, or of the contracts, is newer than the last build. */
export async function buildUi(report = () => {}) {
  const ui = join(root, 'ui');
  const inputs = [
    ...(await files(join(ui, 'src'))),
    ...(await files(join(ui, 'public'))),
    ...(await files(join(root, 'libs/contracts/src'))),
  ];
  for (const name of ['index.html', 'vite.config.ts', 'package.json']) inputs.push(join(ui, name));
  const newest = Math.max(...(await Promise.all(inputs.filter((file) => !TEST_FILE.test(file)).map(mtime))));
  const output = join(ui, 'dist/index.html');
  if (!existsSync(join(ui, 'index.html')) || (await mtime(output)) >= newest) return;
  report('building the UI');
  const { build: viteBuild } = await import('vite');
  const startedAt = new Date();
  await viteBuild({ root: ui, logLevel: 'error' });
  await utimes(output, startedAt, startedAt);
}

/** Builds everything that is stale. `report(line)` is told of steps that take a while. */
export async function build(report = () => {}) {
  await buildNode(report);
  await buildUi(report);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await build((line) => process.stdout.write(`${line}\n`)).catch((error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  });
}
