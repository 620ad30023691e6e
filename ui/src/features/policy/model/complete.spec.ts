import { NO_NAMES, suggestions } from './complete.js';
import { EDITOR_KINDS, schemaAt } from './policy-schema.js';

const NAMES = { ...NO_NAMES, principals: ['cluster.local/ns/shop/sa/web'], namespaces: ['shop'], labels: ['app: web'] };

/** `|` is the cursor. */
function offered(...lines: string[]): string[] | undefined {
  const marked = lines.join('\n');
  return suggestions(marked.replace('|', ''), marked.indexOf('|'), NAMES)?.options.map(({ label }) => label);
}

describe('suggestions', () => {
  const head = 'kind: AuthorizationPolicy';
  it('begins with what every object has', () => {
    expect(offered('|')).toEqual(['apiVersion', 'kind', 'metadata', 'spec']);
    expect(offered('kind: |')).toEqual(EDITOR_KINDS);
  });
  it('goes by the kind, and does not offer a key twice', () => {
    expect(offered(head, 'spec:', '  |', '  action: DENY')).toEqual(['selector', 'targetRefs', 'provider', 'rules']);
    expect(offered('kind: PeerAuthentication', 'spec:', '  |')).toEqual(['selector', 'mtls', 'portLevelMtls']);
    expect(offered('kind: Unheard', 'spec:', '  |')).toBeUndefined();
  });
  it('values where values stand', () => {
    expect(offered(head, 'spec:', '  action: |')).toEqual(['ALLOW', 'DENY', 'AUDIT', 'CUSTOM']);
    expect(offered(head, 'metadata:', '  namespace: s|')).toEqual(['shop']);
  });
  it('names of the mesh in lists', () => {
    expect(offered(head, 'spec:', '  rules:', '    - from:', '        - source:', '            principals:', '              - c|')).toEqual(
      ['cluster.local/ns/shop/sa/web'],
    );
    expect(offered(head, 'spec:', '  selector:', '    matchLabels:', '      |')).toEqual(['app: web']);
  });
});

describe('schemaAt', () => {
  it('knows every kind of the editor down to its spec', () => {
    for (const kind of EDITOR_KINDS) expect(Object.keys(schemaAt(kind, ['spec'])?.keys ?? {}).length).toBeGreaterThan(2);
    expect(schemaAt('AuthorizationPolicy', ['spec', 'rules', 'to', 'operation', 'methods'])?.values).toContain('GET');
    expect(schemaAt('AuthorizationPolicy', ['spec', 'nothing', 'here'])).toBeUndefined();
  });
});
