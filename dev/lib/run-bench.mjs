// Runs one benchmark of bench/; without a name says which there are.
import { spawn } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { buildAll, root } from './install.mjs';
import { Problem } from './problem.mjs';
import { ensureServers } from './servers.mjs';

const SUFFIX = '.bench.mjs';

export async function bench({ step, say }) {
  const [name, ...args] = process.argv.slice(2);
  const files = (await readdir(join(root, 'bench')).catch(() => [])).filter((file) => file.endsWith(SUFFIX));
  const names = files.map((file) => file.slice(0, -SUFFIX.length));
  if (!names.includes(name)) throw new Problem(`Usage: npm run bench -- NAME, where NAME is one of: ${names.join(', ') || 'none yet'}`);
  await buildAll({ step, say });
  await ensureServers(['nats', 'redis', 'prometheus'], { step });
  const child = spawn(process.execPath, [join(root, 'bench', `${name}${SUFFIX}`), ...args], { cwd: root, stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
