import { generateKeyPairSync } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ManagedProcess, type ProcessSpec } from '../processes/managed-process.js';
import { freePort } from '../processes/free-port.js';
import { until } from '../poll.js';
import { callKube, type KubeAnswer, type KubeRequest } from './kube-client.js';
import { meshCrds } from './mesh-crds.js';
import { answersOk, serverFolder, type Server } from './server.js';

export interface KubeApiserver extends Server {
  /** File for the cluster's administrator. */
  readonly kubeconfig: string;
  /** File for the user `observatory`, who may do only what RBAC objects give him. */
  readonly observerKubeconfig: string;
  /** A call as administrator. */
  call(request: KubeRequest): Promise<KubeAnswer>;
  /** Drops etcd's history up to now: watches from before answer 410 (with `watchCache: false`). */
  compact(): Promise<void>;
}

export interface KubeApiserverOptions {
  /** False makes each watch read etcd, so that a compaction is seen at once. Default true. */
  readonly watchCache?: boolean;
  /** Default: `OBSERVATORY_CRDS`, else minimal definitions of the kinds of Istio, Linkerd and Gateway API. */
  readonly crdFolder?: string;
}

interface Layout {
  readonly assets: string;
  readonly folder: string;
  readonly ports: { readonly api: number; readonly etcd: number; readonly peer: number };
}

const TOKENS = { admin: 'admin-token', observatory: 'observatory-token' } as const;

function etcdSpec({ assets, folder, ports }: Layout): ProcessSpec {
  const client = `http://127.0.0.1:${ports.etcd}`;
  return {
    name: 'etcd',
    command: join(assets, 'etcd'),
    args: [
      '--data-dir',
      join(folder, 'etcd'),
      '--unsafe-no-fsync',
      '--log-level',
      'error',
      '--listen-client-urls',
      client,
      '--advertise-client-urls',
      client,
      '--listen-peer-urls',
      `http://127.0.0.1:${ports.peer}`,
    ],
    logFile: join(folder, 'etcd.log'),
    isReady: () => answersOk(`${client}/health`),
    readyWithinMs: 30_000,
  };
}

function apiserverSpec({ assets, folder, ports }: Layout, watchCache: boolean): ProcessSpec {
  const server = { url: `https://127.0.0.1:${ports.api}`, token: TOKENS.admin };
  const key = join(folder, 'sa.key');
  return {
    name: 'kube-apiserver',
    command: join(assets, 'kube-apiserver'),
    args: [
      `--etcd-servers=http://127.0.0.1:${ports.etcd}`,
      `--cert-dir=${join(folder, 'certs')}`,
      '--bind-address=127.0.0.1',
      '--advertise-address=127.0.0.1',
      `--secure-port=${ports.api}`,
      '--service-cluster-ip-range=10.0.0.0/16',
      '--allow-privileged=true',
      '--service-account-issuer=https://kubernetes.default.svc',
      `--service-account-signing-key-file=${key}`,
      `--service-account-key-file=${key}`,
      `--token-auth-file=${join(folder, 'tokens.csv')}`,
      '--authorization-mode=RBAC',
      '--disable-admission-plugins=ServiceAccount',
      `--watch-cache=${watchCache}`,
    ],
    logFile: join(folder, 'kube-apiserver.log'),
    isReady: async () => (await callKube(server, { method: 'GET', path: '/readyz' })).status === 200,
    readyWithinMs: 90_000,
    // It waits for open watches otherwise.
    graceMs: 2_000,
  };
}

async function writeCredentials(folder: string): Promise<void> {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  await writeFile(join(folder, 'sa.key'), privateKey.export({ type: 'pkcs1', format: 'pem' }), { mode: 0o600 });
  const lines = [`${TOKENS.admin},admin,admin,"system:masters"`, `${TOKENS.observatory},observatory,observatory`, ''];
  await writeFile(join(folder, 'tokens.csv'), lines.join('\n'), { mode: 0o600 });
}

async function writeKubeconfig(folder: string, user: keyof typeof TOKENS, url: string): Promise<string> {
  const authority = (await readFile(join(folder, 'certs/apiserver.crt'))).toString('base64');
  const file = join(folder, `kubeconfig-${user}`);
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'local', cluster: { server: url, 'certificate-authority-data': authority } }],
    users: [{ name: user, user: { token: TOKENS[user] } }],
    contexts: [{ name: 'local', context: { cluster: 'local', user } }],
    'current-context': 'local',
  };
  await writeFile(file, JSON.stringify(config), { mode: 0o600 });
  return file;
}

async function loadDefinitions(call: KubeApiserver['call'], folder: string | undefined): Promise<void> {
  const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
  for (const body of await meshCrds(folder)) {
    const { status, body: answer } = await call({ method: 'POST', path, body });
    if (status !== 201 && status !== 409) throw new Error(`the API server refused a definition: ${JSON.stringify(answer)}`);
  }
  await until(
    async () => {
      const { items } = (await call({ method: 'GET', path })).body as {
        items: { status?: { conditions?: { type: string; status: string }[] } }[];
      };
      return items.every((item) => item.status?.conditions?.some(({ type, status }) => type === 'Established' && status === 'True'));
    },
    { deadlineMs: 30_000, what: 'the custom resource definitions being established' },
  );
}

async function compactEtcd(port: number): Promise<void> {
  const post = async (path: string, body: object) => {
    const response = await fetch(`http://127.0.0.1:${port}/v3/kv/${path}`, { method: 'POST', body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`etcd: ${await response.text()}`);
    return (await response.json()) as { header: { revision: string } };
  };
  // A watch continues after the revision that it names, so the history must end one revision later than the newest object.
  const { header } = await post('put', { key: Buffer.from('compaction').toString('base64') });
  await post('compaction', { revision: header.revision, physical: true });
}

/** A real API server with etcd, from the binaries in `KUBEBUILDER_ASSETS`: no controllers, objects are what a test creates. */
export async function startKubeApiserver(options: KubeApiserverOptions = {}): Promise<KubeApiserver> {
  const assets = process.env['KUBEBUILDER_ASSETS'];
  if (assets === undefined) throw new Error('KUBEBUILDER_ASSETS does not name a folder with kube-apiserver and etcd');
  const place = await serverFolder('kube');
  const { folder } = place;
  const layout: Layout = { assets, folder, ports: { api: await freePort(), etcd: await freePort(), peer: await freePort() } };
  const url = `https://127.0.0.1:${layout.ports.api}`;
  await mkdir(join(folder, 'certs'), { recursive: true });
  await writeCredentials(folder);
  const etcd = new ManagedProcess(etcdSpec(layout));
  const api = new ManagedProcess(apiserverSpec(layout, options.watchCache ?? true));
  const stop = async () => {
    await api.stop();
    await etcd.stop();
  };
  const dispose = async () => {
    await stop();
    await rm(folder, { recursive: true, force: true });
  };
  const call: KubeApiserver['call'] = (request) => callKube({ url, token: TOKENS.admin }, request);
  try {
    await etcd.start();
    await api.start();
    await loadDefinitions(call, options.crdFolder ?? process.env['OBSERVATORY_CRDS']);
  } catch (error) {
    await dispose();
    throw error;
  }
  return {
    url,
    get pid() {
      if (api.pid === undefined) throw new Error('kube-apiserver is stopped');
      return api.pid;
    },
    kubeconfig: await writeKubeconfig(folder, 'admin', url),
    observerKubeconfig: await writeKubeconfig(folder, 'observatory', url),
    call,
    compact: () => compactEtcd(layout.ports.etcd),
    stop,
    kill: () => api.kill(),
    restart: async () => {
      await api.stop();
      if (!etcd.running) await etcd.start();
      await api.start();
    },
    [Symbol.asyncDispose]: dispose,
  };
}
