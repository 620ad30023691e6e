/** What lint cannot see: the tails of sizes, and that documents, subjects and generated code agree with the tree. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { EVENTS, METRICS_SUBJECTS, SERVICE_NAMES, statusSubject, TOPOLOGY_SUBJECTS } from '@observatory/contracts';
import ts from 'typescript';

const ROOT = join(import.meta.dirname, '../../..');
const FILE_LINES = 400;
const FUNCTION_LINES = 70;
const COMPONENT_LINES = 120;
/** Of JavaScript, compressed, before the first page is there. */
const FIRST_LOAD_BYTES = 250_000;

const SOURCES = ['libs', 'services', 'proto', 'ui', 'dev', 'bench'];
const OTHERS = /(^|\/)(node_modules|dist|generated|\.observatory)\//;

function filesOf(folder: string): string[] {
  if (!existsSync(join(ROOT, folder))) return [];
  const entries = readdirSync(join(ROOT, folder), { withFileTypes: true });
  return entries.flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (OTHERS.test(`${path}/`)) return [];
    if (entry.isDirectory()) return filesOf(path);
    return /\.(ts|tsx|mjs)$/.test(entry.name) && !entry.name.endsWith('.d.ts') ? [path] : [];
  });
}

const files = SOURCES.flatMap(filesOf).map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));
const isTest = (path: string) => /\.(spec|int-spec|e2e-spec)\.tsx?$|\/test\//.test(path);

/** Functions longer than they may be, as `path:line name (lines)`. Whole test suites (`describe`) are no functions in this sense. */
function longFunctions({ path, text }: { path: string; text: string }): string[] {
  const source = ts.createSourceFile(
    path,
    text,
    ts.ScriptTarget.Latest,
    true,
    path.endsWith('.tsx') ? ts.ScriptKind.TSX : ts.ScriptKind.TS,
  );
  const found: string[] = [];
  const lineOf = (position: number) => source.getLineAndCharacterOfPosition(position).line;
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body !== undefined && !isSuite(node)) {
      const [from, to] = [lineOf(node.getStart(source)), lineOf(node.end)];
      const bound = path.endsWith('.tsx') ? COMPONENT_LINES : FUNCTION_LINES;
      if (to - from + 1 > bound) found.push(`${path}:${from + 1} (${to - from + 1} lines)`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function isSuite(node: ts.Node): boolean {
  const call = node.parent;
  if (!ts.isCallExpression(call)) return false;
  return call.expression.getText().startsWith('describe');
}

const linesOf = (text: string) => text.trimEnd().split('\n').length;

describe('the tree', () => {
  it('has no file that is too long', () => {
    const long = files.filter(({ text }) => linesOf(text) > FILE_LINES).map(({ path, text }) => `${path} (${linesOf(text)} lines)`);
    expect(long).toEqual([]);
  });

  it('has no function that is too long', () => {
    expect(files.flatMap(longFunctions)).toEqual([]);
  });

  it('prints to the console nowhere in what ships', () => {
    const shipped = files.filter(({ path }) => /^(services|libs|ui)\//.test(path) && !isTest(path));
    expect(shipped.filter(({ text }) => /\bconsole\.\w+\(/.test(text)).map(({ path }) => path)).toEqual([]);
  });

  it('postpones nothing in a comment', () => {
    const words = new RegExp(`\\b(${['TO', 'FIX'].join('DO|')}ME)\\b`);
    expect(files.filter(({ text }) => words.test(text)).map(({ path }) => path)).toEqual([]);
  });

  it('keeps chance to the demo mesh', () => {
    const chance = `Math.${'random'}`;
    expect(files.filter(({ path, text }) => text.includes(chance) && !path.startsWith('libs/demo-mesh/')).map(({ path }) => path)).toEqual(
      [],
    );
  });
});

describe('the doors', () => {
  it('have a subject each, named as the contract says', () => {
    const requests = [...Object.values(METRICS_SUBJECTS), ...Object.values(TOPOLOGY_SUBJECTS), ...SERVICE_NAMES.map(statusSubject)];
    const subjects = [...requests, ...Object.values(EVENTS)].map(({ subject }) => subject);
    expect(new Set(subjects).size).toBe(subjects.length);
    const named = new RegExp(`^observatory\\.v1\\.(events\\.[a-z]+\\.[a-z]+|(${SERVICE_NAMES.join('|')})\\.[a-z]+\\.[a-z]+)$`);
    expect(subjects.filter((subject) => !named.test(subject))).toEqual([]);
  });
});

describe('the built page', () => {
  const assets = join(ROOT, 'ui/dist/assets');
  const textOf = (name: string) => readFileSync(join(assets, name), 'utf8');
  /** A file and all that it imports before it runs. */
  function withImports(name: string, found = new Set<string>()): Set<string> {
    if (found.has(name)) return found;
    found.add(name);
    for (const [, imported = ''] of textOf(name).matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/gu)) withImports(imported, found);
    return found;
  }

  it('loads little JavaScript before it shows the overview', () => {
    const html = readFileSync(join(ROOT, 'ui/dist/index.html'), 'utf8');
    const named = [...html.matchAll(/(?:src|href)="\/?assets\/([^"]+\.js)"/gu)].map(([, name = '']) => name);
    const overview = readdirSync(assets).filter((name) => /^overview-page-.*\.js$/u.test(name));
    expect([named.length > 0, overview.length]).toEqual([true, 1]);
    const first = [...named, ...overview].reduce((found, name) => withImports(name, found), new Set<string>());
    const bytes = [...first].reduce((sum, name) => sum + gzipSync(textOf(name)).length, 0);
    expect(bytes).toBeLessThan(FIRST_LOAD_BYTES);
  });
});

describe('the README', () => {
  it('names every service, and no other', () => {
    const folders = readdirSync(join(ROOT, 'services')).toSorted();
    expect(folders).toEqual([...SERVICE_NAMES].toSorted());
    const readme = existsSync(join(ROOT, 'README.md')) ? readFileSync(join(ROOT, 'README.md'), 'utf8') : '';
    const rows = [...readme.matchAll(/^\|\s*\[?[`*]*([a-z]+)[`*]*\]?[^|]*\|/gm)].map(([, name]) => name ?? '');
    expect(SERVICE_NAMES.filter((name) => !rows.includes(name))).toEqual([]);
  });
});

describe('generated code', () => {
  it('is what proto/ generates', () => {
    const folder = mkdtempSync(join(tmpdir(), 'observatory-proto-'));
    const generated = join(ROOT, 'proto/src/generated');
    try {
      const bin = join(ROOT, 'node_modules/.bin');
      execFileSync(join(bin, 'buf'), ['generate', '--output', folder], {
        cwd: join(ROOT, 'proto'),
        env: { ...process.env, PATH: `${bin}:${process.env['PATH']}` },
        stdio: 'pipe',
      });
      const listed = (at: string) =>
        (readdirSync(at, { recursive: true, withFileTypes: true }) as import('node:fs').Dirent[])
          .filter((entry) => entry.isFile())
          .map((entry) => relative(at, join(entry.parentPath, entry.name)))
          .toSorted();
      const fresh = join(folder, 'src/generated');
      expect(listed(generated)).toEqual(listed(fresh));
      const stale = listed(fresh).filter((file) => readFileSync(join(fresh, file), 'utf8') !== readFileSync(join(generated, file), 'utf8'));
      expect(stale).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }, 30_000);
});
