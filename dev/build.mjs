// Builds what is stale: every workspace's src/ to dist/ through SWC, the UI through Vite.
// A file is stale when its output is missing or older; outputs without a source are removed.
import { mkdir, readFile, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
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

/** The workspaces that run on Node, as folders relative to the root. */
export async function nodeWorkspaces() {
  const names = async (folder) => (await readdir(join(root, folder))).map((name) => `${folder}/${name}`);
  return [...(await names('libs')), 'proto', ...(await names('services'))];
}

async function buildWorkspace(workspace, swc, options) {
  const source = join(root, workspace, 'src');
  const target = join(root, workspace, 'dist');
  const wanted = new Set();
  let built = 0;
  for (const file of await files(source)) {
    if (!/\.tsx?$/.test(file) || file.endsWith('.d.ts') || TEST_FILE.test(file)) continue;
    const output = join(target, relative(source, file).replace(/\.tsx?$/, '.js'));
    wanted.add(output).add(`${output}.map`);
    const changedAt = Math.max(await mtime(file), options.configChangedAt);
    if ((await mtime(output)) >= changedAt) continue;
    const { code, map } = await swc.transformFile(file, { ...options.swcrc, swcrc: false, sourceFileName: file });
    await mkdir(dirname(output), { recursive: true });
    await writeFile(`${output}.map`, map ?? '');
    await writeFile(output, `${code}\n//# sourceMappingURL=${output.split('/').pop()}.map\n`);
    built += 1;
  }
  for (const file of await files(target)) if (!wanted.has(file)) await rm(file);
  return built;
}

async function buildUi(report) {
  const ui = join(root, 'ui');
  const inputs = [...(await files(join(ui, 'src'))), ...(await files(join(root, 'libs/contracts/src')))];
  for (const name of ['index.html', 'vite.config.ts', 'package.json']) inputs.push(join(ui, name));
  const newest = Math.max(0, ...(await Promise.all(inputs.filter((file) => !TEST_FILE.test(file)).map(mtime))));
  const output = join(ui, 'dist/index.html');
  if (!(await mtime(join(ui, 'index.html'))) || (await mtime(output)) >= newest) return;
  report('building the UI');
  const { build } = await import('vite');
  await build({ root: ui, logLevel: 'warn' });
  await utimes(output, new Date(), new Date());
}

/** Builds everything that is stale. `report(line)` is told of steps that take a while. Rejects with the compiler's message. */
export async function build(report = () => {}) {
  const swc = await import('@swc/core');
  const { $schema: _, ...swcrc } = JSON.parse(await readFile(join(root, '.swcrc'), 'utf8'));
  const options = { swcrc, configChangedAt: await mtime(join(root, '.swcrc')) };
  const counts = await Promise.all((await nodeWorkspaces()).map((name) => buildWorkspace(name, swc, options)));
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total > 0) report(`compiled ${total} files`);
  await buildUi(report);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await build((line) => process.stdout.write(`${line}\n`));
}
