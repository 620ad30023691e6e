import { mkdtemp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scoreFolder, scoredLines } from './score-folder.js';

async function scored(lines: string[]): Promise<string[]> {
  const answer: string[] = [];
  for await (const line of scoredLines(lines, 'a.csv')) answer.push(line);
  return answer;
}

/** A daily wave of five-minute values with noise that repeats, one spike and one hole. */
function series(count: number): string[] {
  const rows = Array.from({ length: count }, (_, index) => {
    const at = new Date(Date.UTC(2026, 0, 1) + index * 300_000).toISOString();
    const value = 50 + 20 * Math.sin((index * Math.PI) / 144) + ((index * 7919) % 13) / 4;
    return `${at},${index === 1500 ? '' : index === 1600 ? 900 : value.toFixed(3)}`;
  });
  return ['timestamp,value', ...rows];
}

describe('scoredLines', () => {
  it('keeps time and value and adds score and alert', async () => {
    const answer = await scored(series(1700));
    expect(answer[0]).toBe('timestamp,value,score,alert');
    const rows = answer.slice(1).map((line) => line.split(','));
    expect(rows.every(([, , score, alert]) => Number(score) >= 0 && Number(score) <= 1 && /^[01]$/.test(alert!))).toBe(true);
    expect(rows[1500]!.slice(1)).toEqual(['', '0', '0']);
    expect(Number(rows[1600]![2])).toBeGreaterThan(0.85);
    expect(rows[1600]![3]).toBe('1');
    expect(rows[1599]![3]).toBe('0');
  });

  it('is causal: rows that come later change nothing', async () => {
    const [whole, part] = [await scored(series(1700)), await scored(series(1300))];
    expect(part).toEqual(whole.slice(0, part.length));
  });

  const fails = (lines: string[], message: string | RegExp) => expect(scored(lines)).rejects.toThrow(message);
  it('says which line it cannot read', async () => {
    await fails(['timestamp,value', '2026-01-01,1', 'yesterday,2'], 'a.csv: line 3: "yesterday" is not a time');
    await fails(['timestamp,value', '2026-01-01,many'], 'a.csv: line 2: "many" is not a number');
    await fails(['timestamp,value', '2026-01-01'], 'a.csv: line 2: 1 fields');
    await fails(['time,count'], 'no column "timestamp"');
    await fails([], 'a.csv: empty');
  });
});

describe('scoreFolder', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'detect-'));
    await mkdir(join(folder, 'in/deep'), { recursive: true });
    await writeFile(join(folder, 'in/a.csv'), 'timestamp,value\r\n2026-01-01,1\r\n');
    await writeFile(join(folder, 'in/deep/b.csv'), 'timestamp,value\n2026-01-01,1\n2026-01-02,2');
  });
  afterEach(() => rm(folder, { recursive: true }));
  const run = () => scoreFolder({ from: join(folder, 'in'), to: join(folder, 'out') });

  it('writes files of the same names', async () => {
    await run();
    expect(await readFile(join(folder, 'out/a.csv'), 'utf8')).toBe('timestamp,value,score,alert\n2026-01-01,1,0,0\n');
    expect((await readFile(join(folder, 'out/deep/b.csv'), 'utf8')).split('\n')).toHaveLength(4);
    expect(await readdir(join(folder, 'out'))).toEqual(['a.csv', 'deep']);
  });

  it('writes nothing when one file cannot be used', async () => {
    await writeFile(join(folder, 'in/z.csv'), 'timestamp,value\n2026-01-01,x\n');
    await expect(run()).rejects.toThrow('z.csv: line 2');
    expect(await readdir(join(folder, 'out'))).toEqual([]);
  });

  it('keeps rows whole that come in pieces, and refuses what has no lines', async () => {
    const rows = Array.from({ length: 6000 }, (_, index) => `${1_767_225_600 + index * 60},${index % 50 === 0 ? index % 7 : ''}`);
    await writeFile(join(folder, 'in/long.csv'), ['timestamp,value', ...rows].join('\n'));
    await run();
    expect((await readFile(join(folder, 'out/long.csv'), 'utf8')).trim().split('\n')).toHaveLength(6001);
    await writeFile(join(folder, 'in/long.csv'), 'x'.repeat(3_000_000));
    await expect(run()).rejects.toThrow('a line is longer than');
  });

  it('says what the disk refuses', async () => {
    await writeFile(join(folder, 'out'), 'a file');
    await expect(run()).rejects.toThrow(/^in: E/);
  });

  it('refuses folders that are missing, empty or the same', async () => {
    const to = join(folder, 'out');
    await expect(scoreFolder({ from: join(folder, 'none'), to })).rejects.toThrow('no such folder');
    await mkdir(join(folder, 'empty'));
    await expect(scoreFolder({ from: join(folder, 'empty'), to })).rejects.toThrow('no .csv files');
    await expect(scoreFolder({ from: join(folder, 'in'), to: join(folder, 'in') })).rejects.toThrow('would be overwritten');
  });
});
