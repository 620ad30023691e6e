// How quick and how right is the policy engine? Times are of the processor: decisions a second of one core with 10, 1,000 and 10,000 policies, beside the same
// rules in OPA's WebAssembly; the replay of 100,000 distinct flows; and a fuzz of random policies and requests, each decided by the
// engine and by a second, naive evaluator. Usage: npm run bench -- policy [CASES] [SEED]
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const root = join(import.meta.dirname, '..');
const load = (path) => import(pathToFileURL(join(root, path)).href);
// The test's own files: Node strips their types.
const { completed, randomCase, randomFrom, randomRequest, randomUnknown } = await load('libs/authz/test/random.ts');
const { naiveDecision } = await load('libs/authz/test/naive.ts');
const { CompiledWorkload, DEFAULT_MESH, Decider, decideOne, judge, policySet, readAuthorizationPolicy, tallies } =
  await load('libs/authz/dist/index.js');

const CASES = Number(process.argv[2] ?? 100_000);
const SEED = Number(process.argv[3] ?? 20_261_125);
const MEASURE_SEC = 1;
const ROUNDS = 3;
const REQUESTS = 4096;
const AIM_PER_SECOND = 500_000;
const AIM_REPLAY_SEC = 1;
const DISAGREEMENTS_SHOWN_MAX = 5;

const print = (line) => console.log(line);
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const thousands = (value) => Math.round(value).toLocaleString('en');

/** Seconds of the processor since `from`: neighbours on the machine do not count. */
function cpuSeconds(from) {
  const { user, system } = process.cpuUsage(from);
  return (user + system) / 1e6;
}

/** Calls of `once(index)` a second of one core, the median of several rounds. */
function perSecond(once) {
  const rates = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const from = process.cpuUsage();
    let count = 0;
    let seconds = 0;
    while (seconds < MEASURE_SEC) {
      for (let index = 0; index < 50; index += 1) once(count + index);
      count += 50;
      seconds = cpuSeconds(from);
    }
    // The first round warms up.
    if (round > 0) rates.push(count / seconds);
  }
  return median(rates);
}

const principal = (index) => `cluster.local/ns/team-${index % 50}/sa/app-${index}`;
const METHODS = ['GET', 'POST', 'PUT', 'DELETE'];

/** Who may call what, as teams write it: a policy a caller, and one in ten denies a part of it. */
function rulesOf(count) {
  return Array.from({ length: count }, (_, index) => ({
    action: index % 10 === 9 ? 'DENY' : 'ALLOW',
    principals: [principal(index), principal(index + 1)],
    methods: index % 10 === 9 ? ['DELETE'] : ['GET', 'POST'],
    path: index % 10 === 9 ? '/admin' : `/api/v${index % 5}`,
  }));
}

const policyOf = ({ action, principals, methods, path }, index) => ({
  apiVersion: 'security.istio.io/v1',
  kind: 'AuthorizationPolicy',
  metadata: { name: `rule-${index}`, namespace: 'shop' },
  spec: { action, rules: [{ from: [{ source: { principals } }], to: [{ operation: { methods, paths: [`${path}*`] } }] }] },
});

/** Half of them from callers that are named, half from strangers. */
function requestsFor(count) {
  const random = randomFrom(SEED);
  return Array.from({ length: REQUESTS }, () => {
    const caller = Math.floor(random() * count * 2);
    return {
      protocol: 'http',
      source: { principal: principal(caller) },
      method: METHODS[Math.floor(random() * METHODS.length)],
      path: random() < 0.1 ? '/admin/users' : `/api/v${Math.floor(random() * 5)}/items/${caller}?page=2`,
      host: 'reviews.shop:9080',
      port: 9080,
    };
  });
}

const REGO = `package authz
import rego.v1

default allow := false

allow if {
  not denied
  some rule in data.allow
  matches(rule)
}

denied if {
  some rule in data.deny
  matches(rule)
}

matches(rule) if {
  input.principal in rule.principals
  input.method in rule.methods
  startswith(input.path, rule.path)
}

default allow_indexed := false

allow_indexed if {
  not denied_indexed
  some rule in data.allow_by_principal[input.principal]
  fits(rule)
}

denied_indexed if {
  some rule in data.deny_by_principal[input.principal]
  fits(rule)
}

fits(rule) if {
  input.method in rule.methods
  startswith(input.path, rule.path)
}
`;

/** OPA's compiler and runtime, or why not. */
async function loadOpa() {
  const folder = await mkdtemp(join(tmpdir(), 'observatory-bench-'));
  try {
    await writeFile(join(folder, 'authz.rego'), REGO);
    const build = ['build', '-t', 'wasm', '-e', 'authz/allow', '-e', 'authz/allow_indexed', '-o', 'bundle.tar.gz', 'authz.rego'];
    execFileSync('opa', build, { cwd: folder, stdio: 'pipe' });
    execFileSync('tar', ['-xzf', 'bundle.tar.gz'], { cwd: folder, stdio: 'pipe' });
    const wasm = await readFile(join(folder, 'policy.wasm'));
    const opaWasm = createRequire(join(root, 'services/policy/package.json'))('@open-policy-agent/opa-wasm');
    return { load: () => opaWasm.loadPolicy(wasm, { initial: 20, maximum: 4096 }) };
  } catch (error) {
    return { missing: error.code === 'ENOENT' ? 'opa is not on PATH' : error.message.split('\n')[0] };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function opaData(rules) {
  const of = (action) => rules.filter((rule) => rule.action === action);
  const byPrincipal = (list) => {
    const index = {};
    for (const rule of list) for (const name of rule.principals) (index[name] ??= []).push(rule);
    return index;
  };
  return { allow: of('ALLOW'), deny: of('DENY'), allow_by_principal: byPrincipal(of('ALLOW')), deny_by_principal: byPrincipal(of('DENY')) };
}

async function benchOpa(opa, rules, { requests, decisions }) {
  const policy = await opa.load();
  policy.setData(opaData(rules));
  const inputs = requests.map(({ source, method, path }) => ({ principal: source.principal, method, path: path.split('?')[0] }));
  const ask = (entrypoint) => (index) => policy.evaluate(inputs[index % inputs.length], entrypoint)[0].result;
  const names = ['authz/allow', 'authz/allow_indexed'];
  const disagreeing = names.flatMap((name) =>
    inputs.slice(0, 200).filter((_, index) => ask(name)(index) !== (decisions[index] === 'ALLOW')),
  );
  return { rates: names.map((name) => perSecond(ask(name))), disagreeing: disagreeing.length };
}

async function benchDecisions() {
  const opa = await loadOpa();
  if (opa.missing) print(`without OPA: ${opa.missing}`);
  for (const count of [10, 1000, 10_000]) {
    const rules = rulesOf(count);
    const policies = rules.map((rule, index) => readAuthorizationPolicy(policyOf(rule, index)));
    const compiledFrom = performance.now();
    const compiled = new CompiledWorkload(policies, { namespace: 'shop', labels: { app: 'reviews' } }, DEFAULT_MESH);
    const requests = requestsFor(count);
    compiled.decide(compiled.facts(requests[0]));
    const compileMs = performance.now() - compiledFrom;
    const decisions = requests.map((request) => compiled.decide(compiled.facts(request)).decision);
    const share = decisions.filter((decision) => decision === 'ALLOW').length / decisions.length;
    const plain = perSecond((index) => compiled.decide(compiled.facts(requests[index % REQUESTS])));
    const told = perSecond((index) => decideOne(compiled, requests[index % REQUESTS]));
    const aim = count === 1000 ? `   (aim ≥ ${thousands(AIM_PER_SECOND)}: ${plain >= AIM_PER_SECOND ? 'met' : 'missed'})` : '';
    print(
      `${thousands(count).padStart(6)} policies   compiled in ${compileMs.toFixed(0).padStart(3)} ms   ${thousands(plain).padStart(9)} decisions/s   with a reason ${thousands(told).padStart(9)}/s   ${(share * 100).toFixed(0)} % allowed${aim}`,
    );
    if (opa.missing) continue;
    const { rates, disagreeing } = await benchOpa(opa, rules, { requests, decisions });
    print(
      `       OPA WebAssembly, rule by rule ${thousands(rates[0]).padStart(9)}/s   indexed by principal ${thousands(rates[1]).padStart(9)}/s   ours ${(plain / rates[0]).toFixed(0)} and ${(plain / rates[1]).toFixed(0)} times as many   ${disagreeing} disagreements`,
    );
  }
}

const FLOWS = 100_000;
const WORKLOADS = 2000;
const NEVER = ['source.ip', 'source.remoteIp', 'destinationIp', 'sni', 'headers', 'jwt', 'extAuthz', 'filterMetadata'];

/** A mesh where every workload has a policy of callers, and a change narrows a tenth of them and adds one for a whole namespace. */
function replayInput() {
  const object = (name, namespace, spec) => ({
    apiVersion: 'security.istio.io/v1',
    kind: 'AuthorizationPolicy',
    metadata: { name, namespace },
    spec,
  });
  const callers = (app, count) => ({
    selector: { matchLabels: { app: `app-${app}` } },
    rules: [{ from: [{ source: { principals: Array.from({ length: count }, (_, index) => principal(app + index)) } }] }],
  });
  const current = Array.from({ length: WORKLOADS }, (_, app) => object(`callers-${app}`, `team-${app % 50}`, callers(app, 60)));
  const narrowed = current.map((policy, app) => (app % 10 === 0 ? object(`callers-${app}`, `team-${app % 50}`, callers(app, 30)) : policy));
  const paths = { action: 'DENY', rules: [{ to: [{ operation: { paths: ['/admin*'], ports: ['9080'] } }] }] };
  const proposed = [
    ...narrowed,
    object('no-admin', 'team-1', paths),
    object('plain', 'team-2', { action: 'DENY', rules: [{ from: [{ source: { notPrincipals: ['*'] } }] }] }),
  ];
  const points = Array.from({ length: WORKLOADS }, (_, app) => [
    { enforcer: 'sidecar', workload: { namespace: `team-${app % 50}`, labels: { app: `app-${app}` } } },
  ]);
  const flows = Array.from({ length: FLOWS }, (_, index) => ({
    points: points[index % WORKLOADS],
    request: {
      protocol: 'http',
      source: { principal: principal((index % WORKLOADS) + Math.floor(index / WORKLOADS)) },
      port: 9080,
      unknown: [...NEVER, 'host', 'path', 'method'],
    },
    requestsPerSecond: 1,
  }));
  return { current: policySet(current), proposed: policySet(proposed), flows };
}

function benchReplay() {
  const times = [];
  let summary;
  for (let round = 0; round <= ROUNDS; round += 1) {
    const { current, proposed, flows } = replayInput();
    const from = process.cpuUsage();
    // Compilation included: each replay has policies of its own.
    summary = tallies(judge(flows, new Decider(current, DEFAULT_MESH), new Decider(proposed, DEFAULT_MESH)));
    times.push(cpuSeconds(from));
  }
  const seconds = median(times.slice(1));
  const counts = Object.entries(summary).map(([verdict, { flows }]) => `${verdict} ${thousands(flows)}`);
  print(
    `replay of ${thousands(FLOWS)} distinct flows to ${thousands(WORKLOADS)} workloads   ${seconds.toFixed(2)} s   (aim ≤ ${AIM_REPLAY_SEC} s: ${seconds <= AIM_REPLAY_SEC ? 'met' : 'missed'})   ${counts.join(', ')}`,
  );
}

function fuzz() {
  const from = performance.now();
  const counts = { ALLOW: 0, DENY: 0, INDETERMINATE: 0 };
  const wrong = [];
  for (let index = 0; index < CASES; index += 1) {
    const random = randomFrom(SEED + index);
    const asked = randomCase(random, index % 20 === 0 ? 40 : 4);
    const request = randomRequest(random);
    const compiled = new CompiledWorkload(
      asked.policies.map((policy) => readAuthorizationPolicy(policy)),
      asked.workload,
      asked.mesh,
    );
    const { decision } = decideOne(compiled, request);
    counts[decision] += 1;
    if (decision !== naiveDecision({ ...asked, request })) wrong.push({ seed: SEED + index, decision });
    const unknown = randomUnknown(random);
    const without = decideOne(compiled, { ...request, unknown }).decision;
    if (without === 'INDETERMINATE') counts.INDETERMINATE += 1;
    else {
      const known = completed(random, request, unknown);
      if (naiveDecision({ ...asked, request: known }) !== without) wrong.push({ seed: SEED + index, unknown, without });
    }
  }
  const seconds = (performance.now() - from) / 1000;
  print(
    `fuzz: ${thousands(CASES)} random policies and requests, each decided twice and once more without some facts (seed ${SEED}): ${wrong.length} disagreements, no crash, ${seconds.toFixed(0)} s`,
  );
  print(
    `      allowed ${thousands(counts.ALLOW)}, denied ${thousands(counts.DENY)}; without the facts undecidable ${thousands(counts.INDETERMINATE)}`,
  );
  for (const each of wrong.slice(0, DISAGREEMENTS_SHOWN_MAX)) print(`      ${JSON.stringify(each)}`);
  return wrong.length === 0;
}

await benchDecisions();
benchReplay();
if (!fuzz()) process.exitCode = 1;
