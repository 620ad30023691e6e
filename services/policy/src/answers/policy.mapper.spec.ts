import { join } from 'node:path';
import { policyRequest, type PolicyRequest } from '@observatory/contracts';
import { PROTO_ROOT, protoFile, type PolicyProto } from '@observatory/proto';
import { loadSync } from '@grpc/proto-loader';
import { changedToProto, decisionToProto, requestFromProto, requestToProto, said } from './policy.mapper.js';

const definition = loadSync(protoFile('policy'), {
  includeDirs: [join(PROTO_ROOT)],
  longs: Number,
  enums: String,
  oneofs: true,
  arrays: true,
});
type Method = {
  requestSerialize(value: object): Buffer;
  requestDeserialize(bytes: Buffer): object;
  responseSerialize(value: object): Buffer;
  responseDeserialize(bytes: Buffer): object;
};
const service = definition['observatory.policy.v1.PolicyService'] as unknown as Record<string, Method>;

/** Over the wire and back. */
function wired(request: PolicyRequest): unknown {
  const { requestSerialize, requestDeserialize } = service['Simulate']!;
  const sent = requestSerialize({ policies: 'a', requests: [requestToProto(request)] });
  const [received] = (requestDeserialize(sent) as PolicyProto.SimulateRequest).requests;
  return policyRequest.parse(requestFromProto(received!));
}

describe('a request, there and back', () => {
  const check = (request: PolicyRequest): void => expect(wired(request)).toEqual(request);
  it('with nothing but its protocol', () => check({ protocol: 'tcp', source: {} }));
  it('with everything', () =>
    check({
      id: 'a',
      protocol: 'http',
      source: { principal: 'cluster.local/ns/a/sa/b', namespace: 'a', ip: '10.0.0.1', remoteIp: '192.0.2.1' },
      host: 'b.a:80',
      port: 8080,
      method: 'GET',
      path: '/x?y=1',
      headers: { 'x-a': 'b' },
      jwt: { claims: { iss: 'i', groups: ['a', 'b'], nested: { n: 1 } } },
      sni: 'b',
      destinationIp: '10.0.0.2',
      unknown: ['headers', 'source.ip'],
    }));
  it('refuses claims that are no JSON', () =>
    expect(
      policyRequest.safeParse(requestFromProto({ ...requestToProto({ protocol: 'http', source: {} }), claimsJson: '{' })).success,
    ).toBe(false));
});

it('tells a decision and a change by the same facts', () => {
  const decision = {
    id: 'a',
    decision: 'DENY' as const,
    decidedBy: { kind: 'AuthorizationPolicy', namespace: 'n', name: 'p', rule: 0 },
    reason: 'r',
  };
  const { responseSerialize, responseDeserialize } = service['Simulate']!;
  const received = responseDeserialize(responseSerialize({ results: [decisionToProto(decision)], diagnostics: [] }));
  expect((received as PolicyProto.SimulateResponse).results).toMatchObject([
    { id: 'a', decision: 'DENY', decidedBy: { kind: 'AuthorizationPolicy', namespace: 'n', name: 'p' }, rule: 0, reason: 'r' },
  ]);
  const version = { version: 2, change: 'changed' as const, seenAt: '2026-01-01T00:00:00Z', linesAdded: 1, linesRemoved: 0, diff: '+a' };
  const { responseSerialize: write, responseDeserialize: read } = service['WatchPolicies']!;
  expect(read(write(changedToProto({ cluster: 'east', kind: 'NetworkPolicy', namespace: 'n', name: 'p', ...version })))).toMatchObject({
    cluster: 'east',
    ref: { kind: 'NetworkPolicy', namespace: 'n', name: 'p' },
    version,
  });
});

it('leaves out what proto does not say', () => expect(said({ a: '', b: 0, c: undefined, d: null, e: 'x' })).toEqual({ e: 'x' }));
