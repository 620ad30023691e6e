import { isSameOrigin, mayUseCookie } from './origin.js';

describe('origin', () => {
  const check = (origin: string | undefined, host: string | undefined, expected: boolean) =>
    expect([origin, host, isSameOrigin(origin, host)]).toEqual([origin, host, expected]);
  it('is ours when host and port are', () => {
    check('http://127.0.0.1:8080', '127.0.0.1:8080', true);
    check('https://observatory.example', 'Observatory.example', true);
    check('http://127.0.0.1:8081', '127.0.0.1:8080', false);
    check('http://evil.example', '127.0.0.1:8080', false);
    check('http://127.0.0.1:8080.evil.example', '127.0.0.1:8080', false);
  });
  it("is somebody else's when it cannot be told", () => {
    for (const origin of [undefined, '', 'null', 'nonsense']) check(origin, '127.0.0.1:8080', false);
    check('http://127.0.0.1:8080', undefined, false);
  });
  it('matters for requests that change something', () => {
    expect(mayUseCookie('GET', undefined, 'x')).toBe(true);
    expect(mayUseCookie('POST', undefined, 'x')).toBe(false);
    expect(mayUseCookie('DELETE', 'http://x', 'x')).toBe(true);
  });
});
