import { documentAround, yamlPlace } from './yaml-place.js';

/** `|` is the cursor. */
function check(lines: string[], expected: { path: string; at: 'key' | 'value'; word?: string; siblings?: string[] }): void {
  const marked = lines.join('\n');
  const offset = marked.indexOf('|');
  const place = yamlPlace(marked.replace('|', ''), offset);
  expect({ path: place.path.join('.'), at: place.at, word: place.word, siblings: place.siblings }).toEqual({
    word: '',
    siblings: [],
    ...expected,
  });
  expect(place.from).toBe(offset - place.word.length);
}

describe('yamlPlace', () => {
  it('keys by indentation', () => {
    check(['ki|'], { path: '', at: 'key', word: 'ki' });
    check(['kind: AuthorizationPolicy', 'spec:', '  act|'], { path: 'spec', at: 'key', word: 'act' });
    check(['spec:', '  action: DENY', '  |', '  rules: []'], { path: 'spec', at: 'key', siblings: ['action', 'rules'] });
  });
  it('values behind their key', () => {
    check(['spec:', '  action: D|'], { path: 'spec.action', at: 'value', word: 'D' });
    check(['spec:', '  mtls:', '    mode: |'], { path: 'spec.mtls.mode', at: 'value' });
    check(['        methods: ["GET", "P|'], { path: 'methods', at: 'value', word: 'P' });
  });
  it('passes through lists, indented or not', () => {
    check(['spec:', '  rules:', '    - from:', '        - source:', '            prin|'], {
      path: 'spec.rules.from.source',
      at: 'key',
      word: 'prin',
    });
    check(['spec:', '  rules:', '  - from:', '    - source:', '        prin|'], {
      path: 'spec.rules.from.source',
      at: 'key',
      word: 'prin',
    });
    check(['spec:', '  rules:', '    - |'], { path: 'spec.rules', at: 'key' });
    check(['spec:', '  rules:', '  - |'], { path: 'spec.rules', at: 'key' });
    check(['spec:', '  rules:', '    - from: []', '      t|'], { path: 'spec.rules', at: 'key', word: 't', siblings: ['from'] });
    check(['spec:', '  rules:', '    - from:', '        - source: {}', '      to:', '        - operation:', '            |'], {
      path: 'spec.rules.to.operation',
      at: 'key',
    });
    check(['principals:', '  - cluster.local/|'], { path: 'principals', at: 'key', word: 'cluster.local/' });
  });
  it('an item has its own siblings', () => {
    check(['rules:', '  - from: []', '  - |', '    when: []'], { path: 'rules', at: 'key', siblings: ['when'] });
  });
  it('comments and documents before are not looked at', () => {
    check(['spec:', '  a: 1', '---', '|'], { path: '', at: 'key' });
    check(['spec:', '# a comment', '  |'], { path: 'spec', at: 'key' });
  });
});

describe('documentAround', () => {
  it('finds the kind above or below the cursor', () => {
    const text = 'kind: A\n---\nspec:\n  \nkind: B\n---\nkind: C';
    expect(documentAround(text, text.indexOf('spec')).kind).toBe('B');
    expect(documentAround(text, 0).kind).toBeUndefined();
    expect(documentAround(text, text.length).kind).toBeUndefined();
  });
});
