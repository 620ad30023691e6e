/** `node dist/main.js`: the demo mesh as a process. Says on stdout when it serves, and where. */
import 'reflect-metadata';
import { readConfig } from './config.js';
import { startDemo } from './server.js';

async function main(): Promise<void> {
  const demo = await startDemo(readConfig(process.env));
  const { kubeUrl, httpUrl } = demo;
  const { count: tlsListeners, refused: tlsRefused } = demo.mesh.listeners;
  const ready = { ready: true, cluster: 'demo', kubeUrl, httpUrl, controlUrl: `${httpUrl}/control`, tlsListeners, tlsRefused };
  process.stdout.write(`${JSON.stringify(ready)}\n`);
  const stop = () => void demo.stop().then(() => process.exit(0));
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

main().catch((error: unknown) => {
  process.stderr.write(`demo mesh: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
