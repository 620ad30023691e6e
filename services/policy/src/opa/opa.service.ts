/**
 * Rules in Rego: asked of an OPA server (Data API), or run from a compiled bundle. The input is one cluster's `ComplianceInput`.
 * Invariant: OPA that is away, or answers nonsense, is a state of the rule set with its reason; everything else goes on.
 */
import { readFile } from 'node:fs/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { ComplianceFinding, RuleSet } from '@observatory/contracts';
import { loadPolicy } from '@open-policy-agent/opa-wasm';
import { z } from 'zod';
import { CONFIG, type PolicyConfig } from '../config.js';
import type { ComplianceInput } from '../domain/compliance.js';

const WITHIN_MS = 5000;
const FINDINGS_MAX = 2000;

const finding = z.object({
  rule: z.string().min(1).max(200),
  severity: z.enum(['high', 'medium', 'low', 'info']),
  message: z.string().max(2000),
  subject: z.object({ kind: z.enum(['workload', 'namespace', 'policy', 'mesh']), namespace: z.string(), name: z.string() }),
  remedy: z.string().max(2000).optional(),
});
const findingList = z.array(finding).max(FINDINGS_MAX);
type Findings = z.infer<typeof findingList>;

/** What stands behind `OPA_URL` has nothing at the path. */
class NoRules extends Error {}

@Injectable()
export class OpaService {
  private since: string | undefined;
  private compiled: Promise<{ evaluate(input: unknown): { result: unknown }[] }> | undefined;

  constructor(@Inject(CONFIG) private readonly config: PolicyConfig) {}

  async findings(inputs: readonly ComplianceInput[]): Promise<{ ruleSet: RuleSet; findings: ComplianceFinding[] }> {
    const { OPA_URL: url, OPA_BUNDLE: bundle } = this.config;
    if (url === undefined && bundle === undefined)
      return { ruleSet: this.state('off', 'neither OPA_URL nor OPA_BUNDLE is set'), findings: [] };
    try {
      const findings: ComplianceFinding[] = [];
      for (const input of inputs) {
        const found = url === undefined ? await this.fromBundle(bundle ?? '', input) : await this.fromServer(url, input);
        findings.push(...found.map((each) => ({ ruleSet: 'opa' as const, cluster: input.cluster, ...withIds(each, input) })));
      }
      this.since = undefined;
      const rules = [...new Set(findings.map(({ rule }) => rule))].toSorted().map((id) => ({ id, title: id }));
      return {
        ruleSet: { ...this.state('active', url === undefined ? 'compiled bundle' : `OPA at ${new URL(url).host}`), rules },
        findings,
      };
    } catch (thrown) {
      this.since ??= new Date().toISOString();
      const isBroken = thrown instanceof NoRules || thrown instanceof z.ZodError || url === undefined;
      const message =
        thrown instanceof z.ZodError ? `not a list of findings: ${thrown.issues[0]?.message ?? ''}` : (thrown as Error).message;
      return { ruleSet: { ...this.state(isBroken ? 'broken' : 'away', message), since: this.since }, findings: [] };
    }
  }

  private state(state: RuleSet['state'], detail: string): RuleSet {
    return { name: 'opa', state, detail, rules: [] };
  }

  private async fromServer(base: string, input: ComplianceInput): Promise<Findings> {
    const path = this.config.OPA_PATH.split('/').filter(Boolean).map(encodeURIComponent).join('/');
    let response: Response;
    try {
      response = await fetch(`${base.replace(/\/+$/, '')}/v1/data/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ input }),
        signal: AbortSignal.timeout(WITHIN_MS),
      });
    } catch (cause) {
      throw new Error('OPA does not answer', { cause });
    }
    if (!response.ok) throw new Error(`OPA answered with HTTP ${response.status}`);
    const { result } = (await response.json()) as { result?: unknown };
    if (result === undefined) throw new NoRules(`OPA has no rules at ${this.config.OPA_PATH}`);
    return findingList.parse(result);
  }

  private async fromBundle(file: string, input: ComplianceInput): Promise<Findings> {
    this.compiled ??= readFile(file).then((bytes) => loadPolicy(bytes));
    this.compiled.catch(() => (this.compiled = undefined));
    const policy = await this.compiled;
    const [first] = policy.evaluate(input);
    if (!first) throw new NoRules(`${file} answers nothing`);
    return findingList.parse(first.result);
  }
}

/** The UI finds workloads on the map by their ids. */
function withIds(found: Findings[number], { workloads }: ComplianceInput): Omit<ComplianceFinding, 'ruleSet' | 'cluster'> {
  const { remedy, ...rest } = found;
  const { kind, namespace, name } = found.subject;
  const workload = kind === 'workload' ? workloads.find((each) => each.namespace === namespace && each.name === name)?.id : undefined;
  return { ...rest, ...(remedy === undefined ? {} : { remedy }), ...(workload === undefined ? {} : { workload }) };
}
