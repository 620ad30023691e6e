// A launcher of two small HTTP servers instead of the suite: argv is the data folder, the suite's port and the two servers' ports.
import { Suite, suiteSettings } from '../dist/index.js';

const [folder, port, ...ports] = process.argv.slice(2);
const say = (line) => process.stdout.write(`${line}\n`);

function spec(name, at) {
  const program = `require('node:http').createServer((_, response) => response.end('${name}')).listen(${at}, '127.0.0.1')`;
  return {
    name,
    command: process.execPath,
    args: ['-e', process.env.FAIL === name ? 'console.log("cannot find my slippers"); process.exit(3)' : program],
    logFile: `${folder}/logs/${name}.log`,
    isReady: async () => (await fetch(`http://127.0.0.1:${at}`)).ok,
    readyWithinMs: 20_000,
  };
}

const suite = new Suite({
  root: '/',
  settings: suiteSettings([], { OBSERVATORY_DATA: folder, PORT: port }, '/'),
  natsUsers: [],
  hooks: { say, stage: (_, work) => work() },
  plan: async () => ({
    stages: [
      { label: 'first', processes: [spec('server', ports[0])] },
      { label: 'second', processes: [spec('service', ports[1])] },
    ],
    ports: {},
    demoControlUrl: undefined,
  }),
});

async function stop(code) {
  await suite.stop();
  process.exit(code);
}
process.on('SIGTERM', () => void stop(0));
try {
  await suite.start();
  say('ready');
} catch (error) {
  say(error.message);
  await stop(1);
}
