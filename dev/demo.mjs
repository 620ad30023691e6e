// `npm run demo -- …`: injects faults into the demo mesh of a running suite, and changes its objects.
// The suite says where the demo's control is in .observatory/state.json; OBSERVATORY_DEMO_URL overrules it.
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const USAGE = `npm run demo -- inject KIND [namespace/workload | 'namespace/a->namespace/b'] [--strength N] [--duration SECONDS]
npm run demo -- list
npm run demo -- clear [ID]
npm run demo -- apply -f FILE          (- reads standard input)
npm run demo -- delete KIND NAMESPACE NAME

kinds of faults: latency errors spike exfiltration scan lateral expiring-cert stuck-rotation policy-deny flood brute-force beacon`;

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

class CommandError extends Error {}

async function controlUrl() {
  const configured = process.env.OBSERVATORY_DEMO_URL;
  if (configured) return `${configured.replace(/\/(control\/?)?$/, '')}/control`;
  const folder = process.env.OBSERVATORY_DATA ?? join(root, '.observatory');
  const text = await readFile(join(folder, 'state.json'), 'utf8').catch(() => undefined);
  if (text === undefined) throw new CommandError('the suite is not running here: start it with `npm start`, or set OBSERVATORY_DEMO_URL');
  let url;
  try {
    url = JSON.parse(text).demoControlUrl;
  } catch {
    throw new CommandError(`${join(folder, 'state.json')} cannot be read: is the suite just starting?`);
  }
  if (!url) throw new CommandError('the suite runs without a demo mesh (--no-demo): there is nothing to inject into');
  return `${url.replace(/\/(control\/?)?$/, '')}/control`;
}

async function ask(method, path, body) {
  const url = `${await controlUrl()}${path}`;
  const response = await fetch(url, { method, body }).catch((error) => {
    throw new CommandError(`the demo mesh does not answer at ${url} (${error.cause?.code ?? error.message}): is the suite running?`);
  });
  const text = await response.text();
  const answer = text === '' ? undefined : JSON.parse(text);
  if (!response.ok) throw new CommandError(answer?.error ?? `the demo mesh answered ${response.status}`);
  return answer;
}

/** Flags with values, at most one word beside them. */
function readWords(words, options) {
  try {
    const { values, positionals } = parseArgs({ args: words, options, allowPositionals: true });
    if (positionals.length > 1) throw new Error(`cannot read ${positionals[1]}`);
    return { ...values, word: positionals[0] };
  } catch (error) {
    throw new CommandError(`${error.message}\n\n${USAGE}`);
  }
}

function numberFlag(flags, name) {
  if (flags[name] === undefined) return undefined;
  const value = Number(flags[name]);
  if (!Number.isFinite(value)) throw new CommandError(`${name} is a number, not ${flags[name]}`);
  return value;
}

const line = (fault) => `${fault.id}  until ${fault.endsAt}  ${fault.description}`;

async function inject([kind, ...words]) {
  if (!kind) throw new CommandError(USAGE);
  const flags = readWords(words, { target: { type: 'string' }, strength: { type: 'string' }, duration: { type: 'string' } });
  const target = flags.target ?? flags.word;
  const request = { kind, target, strength: numberFlag(flags, 'strength'), durationSec: numberFlag(flags, 'duration') };
  return line(await ask('POST', '/faults', JSON.stringify(request)));
}

async function list() {
  const { faults } = await ask('GET', '/faults');
  return faults.length === 0 ? 'no faults are active' : faults.map(line).join('\n');
}

async function clear([id]) {
  await ask('DELETE', id ? `/faults/${encodeURIComponent(id)}` : '/faults');
  return id ? `${id} ended` : 'all faults ended';
}

async function readInput() {
  let text = '';
  for await (const chunk of process.stdin.setEncoding('utf8')) text += chunk;
  return text;
}

async function apply(words) {
  const { file } = readWords(words, { file: { type: 'string', short: 'f' } });
  if (!file) throw new CommandError(USAGE);
  const text = await (file === '-' ? readInput() : readFile(file, 'utf8')).catch((error) => {
    throw new CommandError(`${file} cannot be read: ${error.code}`);
  });
  const { applied } = await ask('POST', '/objects', text);
  return applied.map(({ kind, namespace, name }) => `${kind} ${namespace}/${name} applied`).join('\n');
}

async function remove([kind, namespace, name, ...rest]) {
  if (!name || rest.length > 0) throw new CommandError(USAGE);
  await ask('DELETE', `/objects/${[kind, namespace, name].map(encodeURIComponent).join('/')}`);
  return `${kind} ${namespace}/${name} deleted`;
}

const help = () => USAGE;
const COMMANDS = { inject, list, clear, apply, delete: remove, help, '--help': help, '-h': help };

try {
  const [command, ...words] = process.argv.slice(2);
  const run = Object.hasOwn(COMMANDS, command ?? '') ? COMMANDS[command] : undefined;
  if (!run) throw new CommandError(USAGE);
  process.stdout.write(`${await run(words)}\n`);
} catch (error) {
  if (!(error instanceof CommandError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
