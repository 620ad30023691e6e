import { mkdtemp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { command } from './command.js';

async function run(...args: string[]) {
  const printed = { out: '', err: '' };
  const code = await command(args, { out: (text) => (printed.out += text), err: (text) => (printed.err += text) });
  return { code, ...printed };
}

describe('observatory-detect', () => {
  it('prints how it is called when asked', async () => {
    for (const asked of ['--help', '-h']) {
      const { code, out, err } = await run(asked);
      expect([code, err]).toEqual([0, '']);
      expect(out).toMatch(/^usage: observatory-detect <command>/);
    }
  });

  const wrong = async (args: string[], message: string) => {
    const { code, out, err } = await run(...args);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(`observatory-detect: ${message}`);
    expect(err).toContain('usage: observatory-detect <command>');
  };
  it('says what is wrong with how it was called, with exit code 2', async () => {
    await wrong([], 'usage:');
    await wrong(['forecast'], 'unknown command "forecast"');
    await wrong(['score', 'twice'], 'unexpected argument "twice"');
    await wrong(['score', '--threshold', '1'], "Unknown option '--threshold'");
    await wrong(['score', '--in'], "Option '--in <value>' argument missing");
    await wrong(['score', '--in', 'x'], '--out is missing');
    await wrong(['score', '--in', '', '--out', 'x'], '--in is missing');
    for (const name of ['graph', 'metrics', 'normal-until', 'target']) {
      const given = ['graph', 'metrics', 'normal-until', 'target'].filter((one) => one !== name).flatMap((one) => [`--${one}`, 'x']);
      await wrong(['rank', ...given], `--${name} is missing`);
    }
  });

  describe('with files', () => {
    let folder: string;
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'detect-'));
      await mkdir(join(folder, 'in'));
    });
    afterEach(() => rm(folder, { recursive: true }));
    const score = () => run('score', '--in', join(folder, 'in'), '--out', join(folder, 'out'));

    it('scores a folder and prints nothing', async () => {
      await writeFile(join(folder, 'in/a.csv'), 'timestamp,value\n2026-01-01,1\n');
      expect(await score()).toEqual({ code: 0, out: '', err: '' });
      expect(await readFile(join(folder, 'out/a.csv'), 'utf8')).toBe('timestamp,value,score,alert\n2026-01-01,1,0,0\n');
    });
    it('names the line that it cannot use, with exit code 1', async () => {
      await writeFile(join(folder, 'in/a.csv'), 'timestamp,value\n2026-01-01,many\n');
      expect(await score()).toEqual({ code: 1, out: '', err: 'observatory-detect: a.csv: line 2: "many" is not a number\n' });
    });
    it('prints ranked causes as JSON', async () => {
      await writeFile(join(folder, 'graph.json'), '{"nodes": ["a", "b"], "edges": [{"source": "a", "target": "b"}]}');
      const rows = Array.from({ length: 60 }, (_, minute) => {
        const at = new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();
        return ['a', 'b'].map((node) => `${at},${node},latency,${(minute >= 50 ? 90 : 10) + (minute % 3)}`).join('\n');
      });
      await writeFile(join(folder, 'metrics.csv'), ['timestamp,subject,metric,value', ...rows].join('\n'));
      const files = ['--graph', join(folder, 'graph.json'), '--metrics', join(folder, 'metrics.csv')];
      const { code, out, err } = await run('rank', ...files, '--normal-until', '2026-01-01T00:50:00Z', '--target', 'a');
      expect([code, err]).toEqual([0, '']);
      expect((JSON.parse(out) as { node: string }[])[0]!.node).toBe('b');
    });
  });
});
