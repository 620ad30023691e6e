/**
 * Where the API server is and how we prove who we are, from a kubeconfig or a pod's service account.
 *
 * Of @kubernetes/client-node we take the exec authenticator; its KubeConfig is loaded only for what is rare (proxies,
 * `auth-provider`), because it pulls in every generated model: 87 MB resident, more than this service's own data. It also
 * reads `token-file` where kubeconfig says `tokenFile`, and makes a new connection pool for each call.
 * Credentials are read again after CREDENTIALS_MS, since tokens on disk rotate.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Agent as HttpAgent, type OutgoingHttpHeaders } from 'node:http';
import { Agent as HttpsAgent, type AgentOptions, type RequestOptions } from 'node:https';
import { dirname, isAbsolute, join } from 'node:path';
import type { ExecAuth } from '@kubernetes/client-node/dist/exec_auth.js';
import { parse } from 'yaml';
import type { ClusterConfig } from '../config/clusters.js';
import { chooseContext, kubeconfigSchema, type KubeUser, type KubeServer } from './kubeconfig.js';

const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';
const CREDENTIALS_MS = 60_000;

export interface KubeEndpoint {
  /** With the path of a proxy in front, without a trailing slash. */
  readonly server: string;
  readonly headers: OutgoingHttpHeaders;
  readonly agent: HttpAgent;
}

export type ClusterAccess = Pick<ClusterConfig, 'kubeconfig' | 'context' | 'inCluster'>;

export class KubeCredentials {
  private current: { endpoint: Promise<KubeEndpoint>; readAt: number } | undefined;
  private agent: { key: string; agent: HttpAgent } | undefined;
  private exec: ExecAuth | undefined;

  constructor(
    private readonly access: ClusterAccess,
    private readonly environment: Record<string, string | undefined> = process.env,
  ) {}

  /** Rejects when the files cannot be read or make no sense. */
  endpoint(): Promise<KubeEndpoint> {
    if (!this.current || performance.now() - this.current.readAt > CREDENTIALS_MS) {
      this.current = { endpoint: this.read(), readAt: performance.now() };
      this.current.endpoint.catch(() => (this.current = undefined));
    }
    return this.current.endpoint;
  }

  /** After a 401: what we hold is not good any more. */
  forget(): void {
    this.current = undefined;
    this.exec = undefined;
  }

  close(): void {
    this.agent?.agent.destroy();
  }

  private async read(): Promise<KubeEndpoint> {
    if (this.access.kubeconfig !== undefined) return this.fromKubeconfig(this.access.kubeconfig);
    const host = this.environment['KUBERNETES_SERVICE_HOST'];
    if (host === undefined) throw new Error('this process does not run in a cluster: KUBERNETES_SERVICE_HOST is not set');
    const [ca, token] = await Promise.all([readFile(`${SERVICE_ACCOUNT}/ca.crt`, 'utf8'), readFile(`${SERVICE_ACCOUNT}/token`, 'utf8')]);
    const server = `https://${host.includes(':') ? `[${host}]` : host}:${this.environment['KUBERNETES_SERVICE_PORT'] ?? '443'}`;
    return this.withAgent(server, { ca }, { authorization: `Bearer ${token.trim()}` });
  }

  private async fromKubeconfig(file: string): Promise<KubeEndpoint> {
    const config = kubeconfigSchema.parse(parse(await readFile(file, 'utf8')));
    const { server, user } = chooseContext(config, this.access.context);
    if (server['proxy-url'] !== undefined || user['auth-provider'] !== undefined) return this.throughClientNode(file, server);
    const beside = (path: string) => (isAbsolute(path) ? path : join(dirname(file), path));
    const { tls, headers } = await this.identity(server, user, beside);
    return this.withAgent(server.server.replace(/\/+$/, ''), tls, headers);
  }

  private async identity(server: KubeServer, user: KubeUser, beside: (path: string) => string) {
    const material = async (path: string | undefined, data: string | undefined) =>
      path !== undefined ? readFile(beside(path), 'utf8') : data === undefined ? undefined : Buffer.from(data, 'base64').toString('utf8');
    const [ca, cert, key, fileToken] = await Promise.all([
      material(server['certificate-authority'], server['certificate-authority-data']),
      material(user['client-certificate'], user['client-certificate-data']),
      material(user['client-key'], user['client-key-data']),
      user.tokenFile === undefined ? undefined : readFile(beside(user.tokenFile), 'utf8'),
    ]);
    const executed = user.exec === undefined ? {} : await this.execute(user.exec);
    const token = fileToken?.trim() ?? user.token;
    const basic = user.username === undefined ? undefined : Buffer.from(`${user.username}:${user.password ?? ''}`).toString('base64');
    const tls: AgentOptions = {
      ...(ca === undefined ? {} : { ca }),
      ...(cert === undefined ? {} : { cert, key }),
      ...(executed.cert === undefined ? {} : { cert: executed.cert, key: executed.key }),
      ...(server['tls-server-name'] === undefined ? {} : { servername: server['tls-server-name'] }),
      ...(server['insecure-skip-tls-verify'] === true ? { rejectUnauthorized: false } : {}),
    };
    const headers: OutgoingHttpHeaders = {
      ...(basic === undefined ? {} : { authorization: `Basic ${basic}` }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(executed.authorization === undefined ? {} : { authorization: executed.authorization }),
      ...(user.as === undefined ? {} : { 'impersonate-user': user.as }),
    };
    return { tls, headers };
  }

  private async execute(exec: object): Promise<{ cert?: string; key?: string; authorization?: string }> {
    if (!this.exec) {
      const { ExecAuth } = await import('@kubernetes/client-node/dist/exec_auth.js');
      this.exec = new ExecAuth();
    }
    const options: RequestOptions = {};
    await this.exec.applyAuthentication({ name: 'exec', exec }, options);
    const authorization = (options.headers as Record<string, string> | undefined)?.['Authorization'];
    return {
      ...(options.cert === undefined ? {} : { cert: String(options.cert), key: String(options.key) }),
      ...(authorization === undefined ? {} : { authorization }),
    };
  }

  private async throughClientNode(file: string, server: KubeServer): Promise<KubeEndpoint> {
    const { KubeConfig } = await import('@kubernetes/client-node');
    const config = new KubeConfig();
    config.loadFromFile(file);
    if (this.access.context !== undefined) config.setCurrentContext(this.access.context);
    const options: RequestOptions = {};
    await config.applyToHTTPSOptions(options);
    const basic = options.auth == null ? {} : { authorization: `Basic ${Buffer.from(options.auth).toString('base64')}` };
    const agent = options.agent as HttpAgent;
    this.keep({ key: `client-node ${server.server}`, agent });
    return { server: server.server.replace(/\/+$/, ''), headers: { ...basic, ...(options.headers as OutgoingHttpHeaders) }, agent };
  }

  /** One pool of connections for as long as certificates and server stay the same. */
  private withAgent(server: string, tls: AgentOptions, headers: OutgoingHttpHeaders): KubeEndpoint {
    const key = createHash('sha256')
      .update(JSON.stringify([server, tls]))
      .digest('hex');
    if (this.agent?.key !== key) {
      const options = { keepAlive: true, keepAliveMsecs: 15_000, maxFreeSockets: 4 };
      this.keep({ key, agent: server.startsWith('http://') ? new HttpAgent(options) : new HttpsAgent({ ...options, ...tls }) });
    }
    return { server, headers, agent: (this.agent as { agent: HttpAgent }).agent };
  }

  /** The old pool is left to its open watches, which end by themselves. */
  private keep(agent: { key: string; agent: HttpAgent }): void {
    this.agent = agent;
  }
}
