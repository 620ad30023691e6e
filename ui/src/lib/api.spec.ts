import { ApiProblem, apiUrl } from './api.js';

describe('apiUrl', () => {
  const check = (actual: string, expected: string) => expect(actual).toBe(expected);
  it('leaves out what is not set', () => {
    check(apiUrl('/status'), '/api/v1/status');
    check(apiUrl('/topology', { namespaces: [], at: undefined, idle: false }), '/api/v1/topology?idle=false');
    check(apiUrl('/topology', { namespaces: ['a', 'b'], window: '5m' }), '/api/v1/topology?namespaces=a%2Cb&window=5m');
  });
});

describe('ApiProblem', () => {
  it('reads as the detail, else the title', () => {
    expect(new ApiProblem({ code: 'a/b', status: 503, title: 'T', detail: 'D' }).message).toBe('D');
    expect(new ApiProblem({ code: 'a/b', status: 503, title: 'T' }).message).toBe('T');
  });
});
