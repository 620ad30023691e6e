import { ApiProblem } from './api.js';
import { problemDetail, problemLine } from './problem-words.js';

const forbidden = new ApiProblem({ code: 'auth/forbidden', status: 403, title: 'Your role does not allow this' });
const viewer = { name: 'Ann', role: 'viewer' };

describe('the words of a problem', () => {
  it('name the role that is needed, and the one that one has', () => {
    expect(problemDetail(forbidden, viewer)).toMatch(/^It needs the role admin\. You are signed in as Ann, with the role viewer\./);
    expect(problemDetail(forbidden, { ...viewer, role: 'admin' })).toBeUndefined();
    expect(problemDetail(forbidden)).toMatch(/^It needs the role admin\. Somebody/);
    expect(problemLine(forbidden, viewer)).toMatch(/^Your role does not allow this\. It needs the role admin\./);
  });
  it('are those of the service where it has some', () => {
    const said = new ApiProblem({
      code: 'auth/forbidden',
      status: 403,
      title: 'Your role does not allow this',
      detail: 'From another origin',
    });
    expect(problemDetail(said, viewer)).toBe('From another origin');
    expect(problemLine(said, viewer)).toBe('Your role does not allow this. From another origin');
    const away = new ApiProblem({ code: 'service/unavailable', status: 503, title: 'A part is away', detail: 'The anomaly service is' });
    expect(problemLine(away)).toBe('The anomaly service is');
  });
  it('say that the gateway is away', () => {
    const away = new ApiProblem({ code: 'network/unreachable', status: 0, title: 'The Observatory does not answer' });
    expect(problemDetail(away)).toMatch(/comes back by itself/);
    expect(problemLine(away)).toBe('The Observatory does not answer');
  });
  it('are those of any other error', () => expect(problemLine(new Error('x is not a function'))).toBe('x is not a function'));
});
