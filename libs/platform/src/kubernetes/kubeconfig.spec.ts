import { chooseContext, kubeconfigSchema } from './kubeconfig.js';

const config = kubeconfigSchema.parse({
  apiVersion: 'v1',
  kind: 'Config',
  clusters: [
    { name: 'east', cluster: { server: 'https://east:6443' } },
    { name: 'west', cluster: { server: 'http://west:8080', 'insecure-skip-tls-verify': true } },
  ],
  users: [
    { name: 'admin', user: { tokenFile: 'token' } },
    { name: 'nobody', user: null },
  ],
  contexts: [
    { name: 'east-admin', context: { cluster: 'east', user: 'admin', namespace: 'shop' } },
    { name: 'west-nobody', context: { cluster: 'west', user: 'nobody' } },
    { name: 'broken', context: { cluster: 'north', user: 'admin' } },
    { name: 'orphan', context: { cluster: 'east', user: 'somebody' } },
  ],
  'current-context': 'east-admin',
});

function check(context: string | undefined, expected: { server: string; user: object } | string): void {
  if (typeof expected === 'string') {
    expect(() => chooseContext(config, context)).toThrow(expected);
    return;
  }
  const chosen = chooseContext(config, context);
  expect({ server: chosen.server.server, user: chosen.user }).toEqual(expected);
}

describe('chooseContext', () => {
  it('takes the current context, or the one that is asked for', () => {
    check(undefined, { server: 'https://east:6443', user: { tokenFile: 'token' } });
    check('west-nobody', { server: 'http://west:8080', user: {} });
  });

  it('names what is missing', () => {
    check('south', 'no context south');
    check('broken', 'no cluster north');
    check('orphan', 'no user somebody');
  });

  it('refuses a server that is no URL', () => {
    expect(kubeconfigSchema.safeParse({ clusters: [{ name: 'x', cluster: { server: 'x:1' } }] }).success).toBe(false);
  });
});
