import { GET_TOPOLOGY } from '../topology/topology.routes.js';
import { parseInput } from './route.js';

describe('topology query', () => {
  const parse = (query: Record<string, unknown>) => parseInput(GET_TOPOLOGY, { query, params: {}, body: undefined }).query;
  const check = (query: Record<string, unknown>, expected: object) => expect(parse(query)).toMatchObject(expected);
  const refuse = (query: Record<string, unknown>) => expect(() => parse(query)).toThrow(/query\./);

  it('has defaults, and passes over what it does not know', () => {
    expect(parse({ nonsense: '1', cluster: '' })).toEqual({ graph: 'workload', namespaces: [], windowSec: 300, idle: true });
  });
  it('makes equal questions equal', () => {
    check({ namespaces: 'b,a,,b' }, { namespaces: ['a', 'b'] });
    check({ at: '2026-06-03T16:00:00+02:00' }, { at: '2026-06-03T14:00:00.000Z' });
    check({ window: '60m' }, { windowSec: 3600 });
    check({ idle: 'false' }, { idle: false });
  });
  it('refuses what is no value', () => {
    for (const window of ['0s', '5', '-5m', '8d', '1w', 'x']) refuse({ window });
    for (const at of ['now', '2026-06-03', '1780495350']) refuse({ at });
    refuse({ graph: 'pie' });
    refuse({ idle: '1' });
    refuse({ namespaces: ['a', 'b'] });
    refuse({ namespaces: 'x'.repeat(254) });
  });
});
