/** Starts the demo mesh with its two HTTP doors, and stops it without leaving anything behind. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { DemoConfig } from './config.js';
import { handleHttp } from './control/server.js';
import { handleKube } from './kube/api.js';
import { DemoMesh } from './mesh.js';

const HOST = '127.0.0.1';

export interface RunningDemo {
  readonly mesh: DemoMesh;
  readonly kubeUrl: string;
  readonly httpUrl: string;
  stop(): Promise<void>;
}

async function listen(server: Server, port: number): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, HOST, resolve);
  });
  return `http://${HOST}:${(server.address() as AddressInfo).port}`;
}

async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}

export async function startDemo(config: DemoConfig): Promise<RunningDemo> {
  const mesh = await DemoMesh.create(config);
  const kube = createServer((request, response) => {
    handleKube(mesh.store, request, response).catch(() => response.destroy());
  });
  const kubeUrl = await listen(kube, config.kubePort);
  const urls = { kube: kubeUrl, http: '' };
  const http = createServer((request, response) => {
    handleHttp({ mesh, request, response, url: new URL(request.url ?? '/', 'http://demo'), urls }).catch(() => response.destroy());
  });
  urls.http = await listen(http, config.httpPort);
  mesh.start();
  const stop = async () => {
    await Promise.all([close(kube), close(http)]);
    await mesh.stop();
  };
  return { mesh, kubeUrl, httpUrl: urls.http, stop };
}
