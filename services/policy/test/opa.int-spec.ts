/** Rules in Rego, by a real OPA server and as a compiled bundle; OPA that is away, or has no rules, is a state with its reason. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ComplianceInput } from '../src/domain/compliance.js';
import { configSchema } from '../src/config.js';
import { OpaService } from '../src/opa/opa.service.js';
import { describeWith, freePort, until } from '@observatory/testing';

const REGO = join(import.meta.dirname, '../rego');
const workload = (name: string, mtls: 'STRICT' | 'PERMISSIVE') => ({
  id: `workload~east~data~${name}`,
  cluster: 'east',
  namespace: 'data',
  name,
  mesh: 'istio' as const,
  policies: [],
  defaultDeny: false,
  mtls,
  openTo: [],
  networkPolicy: false,
  reasons: [],
});
const INPUT: ComplianceInput = {
  cluster: 'east',
  mesh: {
    rootNamespace: 'istio-system',
    trustDomain: 'cluster.local',
    trustDomainAliases: [],
    pathNormalization: 'BASE',
    extensionProviders: [],
  },
  workloads: [workload('redis', 'PERMISSIVE'), workload('postgres', 'STRICT')],
  policies: [
    {
      apiVersion: 'security.istio.io/v1',
      kind: 'AuthorizationPolicy',
      metadata: { name: 'owned', namespace: 'data', labels: { owner: 'a' } },
    },
    { apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', metadata: { name: 'orphan', namespace: 'data' } },
  ],
  unusedRules: [],
};
const EXPECTED = [
  ['data-strict-mtls', 'redis'],
  ['policy-owner', 'orphan'],
];

const opaWith = (settings: Record<string, string>) => new OpaService(configSchema.parse({ DATABASE_URL: 'postgres://none', ...settings }));
async function check(settings: Record<string, string>, state: string, findings: string[][] = []): Promise<void> {
  const answer = await opaWith(settings).findings([INPUT]);
  expect([answer.ruleSet.state, answer.ruleSet.detail]).toEqual([state, expect.any(String)]);
  expect(answer.findings.map(({ rule, subject }) => [rule, subject.name]).sort()).toEqual(findings);
}

describe('OPA that is not there', () => {
  it('is off where nobody set it up', () => check({}, 'off'));
  it('is away, since when, and says so', async () => {
    const opa = opaWith({ OPA_URL: `http://127.0.0.1:${await freePort()}` });
    const { ruleSet } = await opa.findings([INPUT]);
    expect(ruleSet).toMatchObject({ state: 'away', detail: 'OPA does not answer', since: expect.any(String) });
    expect((await opa.findings([INPUT])).ruleSet.since).toBe(ruleSet.since);
  });
  it('is broken with a bundle that cannot be read', () => check({ OPA_BUNDLE: '/nowhere.wasm' }, 'broken'));
});

describeWith('opa', 'a real OPA', () => {
  let child: ChildProcess;
  let url: string;
  let folder: string;
  beforeAll(async () => {
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    folder = await mkdtemp(join(tmpdir(), 'observatory-opa-'));
    child = spawn('opa', ['run', '--server', '-a', `127.0.0.1:${port}`, REGO], { stdio: 'ignore' });
    await until(async () => (await fetch(`${url}/health`)).ok, { deadlineMs: 20_000, what: 'OPA' });
  }, 30_000);
  afterAll(async () => {
    child?.kill();
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  it('gives the findings of the example', () => check({ OPA_URL: url }, 'active', EXPECTED));
  it('is broken without rules at the path', () => check({ OPA_URL: url, OPA_PATH: 'nothing/here' }, 'broken'));
  it('is broken when the rules answer something else', () => check({ OPA_URL: url, OPA_PATH: 'observatory/compliance' }, 'broken'));

  it('gives the same from a compiled bundle', async () => {
    const bundle = join(folder, 'bundle.tar.gz');
    const built = spawnSync('opa', ['build', '-t', 'wasm', '-e', 'observatory/compliance/findings', '-o', bundle, REGO]);
    expect(String(built.stderr)).toBe('');
    spawnSync('tar', ['-xzf', bundle, '-C', folder, '/policy.wasm']);
    await check({ OPA_BUNDLE: join(folder, 'policy.wasm') }, 'active', EXPECTED);
    const garbage = join(folder, 'garbage.wasm');
    await writeFile(garbage, 'not wasm');
    await check({ OPA_BUNDLE: garbage }, 'broken');
  });
});
