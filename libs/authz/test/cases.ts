/** What tables of decisions are written with: policies by their spec, a request over a plain one, the decision. */
import { Cases } from '../src/simulate-case.js';

type Fields = Readonly<Record<string, unknown>>;
export interface Rest {
  readonly mesh?: Fields;
  readonly workload?: Fields;
}

export const PRODUCTPAGE = 'cluster.local/ns/shop/sa/productpage';
export const WORKLOAD = { namespace: 'shop', labels: { app: 'reviews' } };
export const HTTP = { protocol: 'http', method: 'GET', path: '/', host: 'reviews:9080', port: 9080, source: { principal: PRODUCTPAGE } };
export const TCP = { protocol: 'tcp', port: 9080, source: { principal: PRODUCTPAGE } };

export const policy = (spec: unknown, metadata: Fields = {}) => ({
  apiVersion: 'security.istio.io/v1',
  kind: 'AuthorizationPolicy',
  metadata: { name: 'p', namespace: 'shop', ...metadata },
  spec,
});
export const from = (source: unknown) => ({ rules: [{ from: [{ source }] }] });
export const to = (operation: unknown) => ({ rules: [{ to: [{ operation }] }] });
export const when = (key: string, values?: readonly string[], notValues?: readonly string[]) => ({
  rules: [{ when: [{ key, ...(values ? { values } : {}), ...(notValues ? { notValues } : {}) }] }],
});
export const deny = (spec: object) => ({ action: 'DENY', ...spec });
export const tokenOf = (claims: unknown) => ({ jwt: { claims } });

export function decide(policies: readonly unknown[], request: Fields, { mesh, workload = WORKLOAD }: Rest = {}) {
  const { value, problems } = new Cases().decide({ policies, request: { ...HTTP, ...request }, workload, mesh });
  if (!value) throw new Error(problems.join('; '));
  return value;
}

/** `spec` as the only ALLOW policy: ALLOW means that it matches. */
export const allows = (spec: unknown, request: Fields, rest?: Rest): boolean => decide([policy(spec)], request, rest).decision === 'ALLOW';
/** `spec` as the only DENY policy: true means that it matches. */
export const denies = (spec: object, request: Fields, rest?: Rest): boolean =>
  decide([policy(deny(spec))], request, rest).decision === 'DENY';
