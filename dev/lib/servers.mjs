// Finds the servers that npm does not bring: on PATH, else from apt-get or brew.
import { spawn } from 'node:child_process';
import { accessSync, closeSync, constants, openSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { root } from './install.mjs';
import { Problem } from './problem.mjs';

const logFile = join(root, '.observatory/logs/packages.log');

/** What each is called as a program, for apt-get and for brew. */
const SERVERS = {
  nats: { programs: ['nats-server'], apt: 'nats-server', brew: ['nats-server'] },
  redis: { programs: ['redis-server'], apt: 'redis-server', brew: ['redis'] },
  prometheus: { programs: ['prometheus', 'promtool'], apt: 'prometheus', brew: ['prometheus'] },
  chromium: { programs: ['chromium'], apt: 'chromium', brew: ['--cask', 'chromium'] },
};
/** Other names of the same program. */
const ALIASES = {
  chromium: [
    'chromium',
    'chromium-browser',
    'google-chrome',
    'google-chrome-stable',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  ],
};

/** The file of a program on PATH (Debian keeps some servers in sbin), or undefined. */
function findProgram(name) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin', '/opt/homebrew/bin'];
  const candidates = (ALIASES[name] ?? [name]).flatMap((alias) =>
    alias.startsWith('/') ? [alias] : folders.map((folder) => join(folder, alias)),
  );
  return candidates.find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

const isThere = (server) => SERVERS[server].programs.every(findProgram);

async function run(command, args) {
  await mkdir(dirname(logFile), { recursive: true });
  const log = openSync(logFile, 'a');
  const child = spawn(command, args, {
    stdio: ['ignore', log, log],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', HOMEBREW_NO_AUTO_UPDATE: '1' },
  });
  closeSync(log);
  return new Promise((resolve) => {
    child.once('error', () => resolve(false));
    child.once('exit', (code) => resolve(code === 0));
  });
}

/** The words before `apt-get` that make it work here, or undefined when we may not install. */
async function aptPrefix() {
  if (!findProgram('apt-get')) return undefined;
  if (process.getuid() === 0) return [];
  return (await run('sudo', ['-n', 'true'])) ? ['sudo', '-n'] : undefined;
}

async function aptInstall(prefix, packages) {
  const apt = (...args) => {
    const [command, ...rest] = [...prefix, 'apt-get', ...args];
    return run(command, rest);
  };
  const install = () => apt('install', '-y', '--no-install-recommends', ...packages);
  const lists = await readdir('/var/lib/apt/lists').catch(() => []);
  const known = lists.some((name) => name.endsWith('_Packages') || name.endsWith('_Packages.lz4'));
  if (known && (await install())) return;
  await apt('update');
  await install();
}

function howTo(missing) {
  const apt = missing.map((server) => SERVERS[server].apt).join(' ');
  const brew = missing.map((server) => SERVERS[server].brew.at(-1)).join(' ');
  const programs = missing.flatMap((server) => SERVERS[server].programs).join(', ');
  return [
    `Not on PATH: ${programs}. Install them, then start again:`,
    `  Debian, Ubuntu   sudo apt-get update && sudo apt-get install -y ${apt}`,
    `  macOS            brew install ${brew}`,
    '  elsewhere        put the programs on PATH; NATS_URL and REDIS_URL name servers that run already',
  ].join('\n');
}

/** Rejects with a Problem that says what to install when one of `wanted` is neither there nor can be installed. */
export async function ensureServers(wanted, { step }) {
  const missing = wanted.filter((server) => !isThere(server));
  if (missing.length > 0) {
    const prefix = await aptPrefix();
    const names = missing.join(', ');
    if (prefix)
      await step(`installing ${names} (apt-get)`, () =>
        aptInstall(
          prefix,
          missing.map((server) => SERVERS[server].apt),
        ),
      );
    else if (findProgram('brew')) {
      for (const server of missing) await step(`installing ${server} (brew)`, () => run('brew', ['install', ...SERVERS[server].brew]));
    }
    const still = missing.filter((server) => !isThere(server));
    if (still.length > 0)
      throw new Problem(prefix || findProgram('brew') ? `${howTo(still)}\n  log of the attempt: ${logFile}` : howTo(still));
  }
  const folders = new Set(wanted.flatMap((server) => SERVERS[server].programs.map((name) => dirname(findProgram(name)))));
  process.env.PATH = [process.env.PATH, ...folders].join(delimiter);
}
