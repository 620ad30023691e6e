// What `npm start` does once it runs on the pinned Node: builds, gets the servers, starts the suite, and stops it.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildAll, requireSpace, root } from './install.mjs';
import { explain, Problem } from './problem.mjs';
import { ensureServers } from './servers.mjs';

export const HELP = `npm start -- [flags]      the Observatory on this machine

  --no-demo     observe a real cluster instead of the demo mesh: KUBECONFIG and PROMETHEUS_URL, or OBSERVATORY_CLUSTERS
  --watch       rebuild and restart what changes, and serve the UI through Vite (npm run dev)
  --help        this text

Environment
  PORT, HOST                        of the web page and the REST API (8080 on 127.0.0.1)
  OBSERVATORY_DATA                  folder of all data and logs (.observatory)
  DATABASE_URL, NATS_URL, REDIS_URL use these servers instead of embedded ones; REDIS_URL=none goes without Redis
  OBSERVATORY_CLUSTERS              YAML file that lists clusters to observe
  KUBECONFIG, PROMETHEUS_URL        the one cluster to observe with --no-demo
  OBSERVATORY_ADMIN_TOKEN           a fixed bearer token with the admin role
  OBSERVATORY_WINDOW_SEC            length of a window in seconds (30)
  OBSERVATORY_DEMO_DAYS             days of the demo mesh's past that the first start writes (7)
  JAEGER_URL, LOKI_URL, OPA_URL, OTEL_EXPORTER_OTLP_ENDPOINT   optional integrations
`;

const FLAGS = ['--no-demo', '--watch', '--help'];
const DATA_NEEDS_BYTES = 5e8;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

function neededServers({ natsUrl, redisUrl, demo }) {
  return [...(natsUrl ? [] : ['nats']), ...(redisUrl ? [] : ['redis']), ...(demo ? ['prometheus'] : [])];
}

function grpcPorts(ports) {
  return Object.entries(ports)
    .filter(([name]) => name.endsWith('.grpc'))
    .map(([name, port]) => `${name.slice(0, -5)} ${port}`)
    .join(', ');
}

function announce({ settings, suite }) {
  const url = suite.ports.vite === undefined ? suite.url : `http://127.0.0.1:${suite.ports.vite}`;
  const lines = [
    '',
    `  Service Mesh Observatory   ${url}`,
    `  Sign in (works once)       ${suite.signInUrl.replace(suite.url, url)}`,
    `  gRPC on 127.0.0.1          ${grpcPorts(suite.ports)}`,
    `  Data and logs              ${settings.dataFolder}`,
    settings.demo
      ? '  It observes the demo mesh: all its traffic is simulated. npm run demo -- --help injects faults.'
      : '  It only reads from your clusters.',
    '  Ctrl-C stops everything.',
    '',
  ];
  process.stdout.write(lines.join('\n'));
}

/** Resolves with the name of the first reason to stop; a second one kills. */
function stopRequests(onSecond) {
  return new Promise((resolve) => {
    let asked = 0;
    const ask = (why) => {
      asked += 1;
      if (asked === 1) resolve(why);
      else onSecond();
    };
    for (const name of SIGNALS) process.on(name, () => ask(name));
    // Started by a launcher on another Node, or by npm: we do not outlive it.
    process.on('disconnect', () => ask('parent'));
    if (process.env.npm_lifecycle_event && !process.channel) {
      const parent = process.ppid;
      setInterval(() => process.ppid !== parent && ask('parent'), 1_000).unref();
    }
  });
}

async function prepare(settings, { step, say }) {
  await mkdir(settings.dataFolder, { recursive: true });
  await requireSpace(settings.dataFolder, DATA_NEEDS_BYTES);
  await ensureServers(neededServers(settings), { step, say });
}

const load = (path) => import(pathToFileURL(join(root, path)).href);

export async function start(progress) {
  const flags = process.argv.slice(2);
  const unknown = flags.filter((flag) => !FLAGS.includes(flag));
  if (unknown.length > 0) throw new Problem(`Unknown flag ${unknown.join(' ')}. \`npm start -- --help\` lists them.`);
  await buildAll(progress);
  const testing = await load('libs/testing/dist/index.js');
  const { natsUsers } = await load('libs/platform/dist/nats/permissions.js');
  const settings = testing.suiteSettings(flags, process.env, root);
  await prepare(settings, progress);

  const suite = new testing.Suite({ root, settings, natsUsers: natsUsers(), hooks: { say: progress.say, stage: progress.step } });
  const stopRequest = stopRequests(() => void suite.kill());
  const starting = suite.start().then(
    (running) => ({ running }),
    (error) => ({ error }),
  );
  const first = await Promise.race([starting, stopRequest]);
  if (first?.error) {
    await suite.stop();
    throw first.error;
  }
  if (first?.running) {
    const watch = settings.watch ? await (await import('./watch.mjs')).watch({ suite: first.running, say: progress.say }) : undefined;
    announce({ settings, suite: first.running });
    await stopRequest;
    watch?.close();
  }
  progress.say('stopping');
  await suite.stop().catch((error) => progress.say(explain(error)));
  await starting;
  progress.say('stopped');
  return 0;
}
