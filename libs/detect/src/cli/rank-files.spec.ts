import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rankFiles, type RankFiles } from './rank-files.js';

const GRAPH = {
  nodes: ['web', 'cart', 'db'],
  edges: [
    { source: 'web', target: 'cart' },
    { source: 'cart', target: 'db' },
  ],
};

describe('rankFiles', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rank-'));
    const rows = ['timestamp,subject,metric,value'];
    for (let minute = 0; minute < 60; minute += 1) {
      const at = `2026-01-01T00:${String(minute).padStart(2, '0')}:00Z`;
      const bad = minute >= 55;
      rows.push(`${at},web,latency,${(bad ? 90 : 50) + (minute % 3)}`, `${at},web->cart,latency,${(bad ? 60 : 20) + (minute % 3)}`);
      rows.push(`${at},cart->db,latency,${(bad ? 45 : 5) + (minute % 3)}`, `${at},db,cpu,${minute % 2 === 0 ? '' : 0.5}`);
    }
    await writeFile(join(folder, 'graph.json'), JSON.stringify(GRAPH));
    await writeFile(join(folder, 'metrics.csv'), rows.join('\n'));
    await writeFile(join(folder, 'others.json'), JSON.stringify({ nodes: ['x', 'y'], edges: [] }));
    await writeFile(join(folder, 'bad.json'), '{"nodes": [1]}');
    await writeFile(join(folder, 'times.csv'), 'timestamp,subject,metric,value\nnoon,web,latency,1\n');
    await writeFile(join(folder, 'empty.csv'), '\n');
    await writeFile(join(folder, 'none.csv'), 'timestamp,subject,metric,value\n2026-01-01,web,latency,\n2026-01-01,web\n');
    await writeFile(join(folder, 'bad.csv'), 'timestamp,subject,metric,value\n2026-01-01,web,latency,slow\n');
  });
  afterAll(() => rm(folder, { recursive: true }));

  const run = (change: Partial<RankFiles> = {}) =>
    rankFiles({
      graph: join(folder, change.graph ?? 'graph.json'),
      metrics: join(folder, change.metrics ?? 'metrics.csv'),
      normalUntil: change.normalUntil ?? '2026-01-01T00:54:30Z',
      target: change.target ?? 'web',
      metric: change.metric ?? 'latency',
    });

  it('ranks where it starts first and says what it saw', async () => {
    const causes = await run();
    expect(causes.map(({ node }) => node)[0]).toBe('db');
    expect(causes[0]!.evidence[0]).toMatch(/latency of cart->db: 46\.2 where 6 is normal/);
  });

  it('takes nodes that only edges name, and every metric where none is named', async () => {
    await writeFile(join(folder, 'edges.json'), JSON.stringify({ nodes: [], edges: GRAPH.edges }));
    const causes = await rankFiles({
      graph: join(folder, 'edges.json'),
      metrics: join(folder, 'metrics.csv'),
      normalUntil: '2026-01-01T00:54:30Z',
      target: 'web',
    });
    expect(causes.map(({ node }) => node).sort()).toEqual(['cart', 'db', 'web']);
    expect(causes[0]!.node).toBe('db');
  });

  const fails = (change: Partial<RankFiles>, message: string) => expect(run(change)).rejects.toThrow(message);
  it('says what it cannot use', async () => {
    await fails({ target: 'nobody' }, '--target nobody: not a node');
    await fails({ normalUntil: 'noon' }, '--normal-until "noon" is not a time');
    await fails({ graph: 'bad.json' }, 'bad.json: nodes.0');
    await fails({ graph: 'none.json' }, 'none.json');
    await fails({ graph: 'bad.csv' }, 'not JSON');
    await fails({ metrics: 'bad.csv' }, 'line 2: "slow" is not a number');
    await fails({ metrics: 'times.csv' }, 'line 2: "noon" is not a time');
    await fails({ metrics: 'empty.csv' }, 'empty, expected the header');
    await fails({ metrics: 'none.csv' }, 'none.csv: no values');
    await fails({ metrics: 'graph.json' }, 'no column "timestamp"');
    await fails({ metrics: 'missing.csv' }, 'missing.csv');
    await fails({ metric: 'latencies' }, '--metric latencies: not in');
    await fails({ metric: 'latencies' }, 'which has cpu, latency');
    await fails({ normalUntil: '2025-12-31' }, 'no normal time to compare with: values are from 2026-01-01T00:00:00.000Z to');
    await fails({ normalUntil: '2026-01-02' }, 'nothing after normal time to explain: values are from 2026-01-01T00:00:00.000Z to');
    await fails({ graph: 'others.json', target: 'x' }, 'no subject is a node of');
  });

  it('names the first of many metrics', async () => {
    const rows = Array.from({ length: 30 }, (_, index) => `2026-01-01T00:0${index % 10}:00Z,web,m${String(index).padStart(2, '0')},1`);
    await writeFile(join(folder, 'many.csv'), ['timestamp,subject,metric,value', ...rows].join('\n'));
    await fails({ metrics: 'many.csv', normalUntil: '2026-01-01T00:05:00Z' }, 'm18, m19, and 10 others');
  });

  const linesIn = async (file: string) => (await readFile(join(folder, file), 'utf8')).split('\n');
  it('understands every way to write a time, quotes, CRLF and any order of columns and rows', async () => {
    const expected = await run();
    const seconds = Date.parse('2026-01-01T00:54:30Z') / 1000;
    const epochs = ['', '000', '000000', '000000000'].map((zeros) => `${seconds}${zeros}`);
    for (const normalUntil of ['2026-01-01 00:54:30', '2026-01-01T01:54:30+01:00', ...epochs]) {
      expect(await run({ normalUntil })).toEqual(expected);
    }
    const rows = (await linesIn('metrics.csv')).slice(1).map((line) => line.split(','));
    const turned = rows.map(([time, subject, metric, value]) => `${value},"${metric}",x,${time}, ${subject} `).reverse();
    const quoted = rows.map(([time, subject, metric, value]) => `${value},"${metric}","x, ""y""",${time},"${subject}"`);
    await writeFile(join(folder, 'turned.csv'), ['value,metric,note,timestamp,subject', ...turned].join('\r\n'));
    await writeFile(join(folder, 'quoted.csv'), ['\uFEFFValue,Metric,note,Timestamp,Subject', ...quoted].join('\r\n'));
    expect(await run({ metrics: 'quoted.csv' })).toEqual(expected);
    expect(await run({ metrics: 'turned.csv' })).toEqual(expected);
  });

  it('takes the end of normal time for normal', async () => {
    const rows = [...Array.from({ length: 12 }, (_, second) => `${1000 + second},web,latency,5`), '1012,web,latency,9'];
    await writeFile(join(folder, 'end.csv'), ['timestamp,subject,metric,value', ...rows].join('\n'));
    const [first] = await run({ metrics: 'end.csv', normalUntil: '1011' });
    expect(first!.evidence[0]).toMatch(/^latency of web: 9 where 5 is normal/);
  });

  it('ranks a target of which nothing was measured, and leaves out subjects that the graph does not have', async () => {
    const kept = (await linesIn('metrics.csv')).filter((line) => !line.includes(',web,'));
    const strange = ['nobody', 'web->nobody'].map((subject) => `2026-01-01T00:58:00Z,${subject},latency,1e9`);
    await writeFile(join(folder, 'unseen.csv'), [...kept, ...strange].join('\n'));
    const causes = await run({ metrics: 'unseen.csv' });
    expect(causes.map(({ node }) => node).sort()).toEqual(['cart', 'db', 'web']);
    expect(causes[0]!.node).toBe('db');
    expect(causes.find(({ node }) => node === 'web')).toEqual({
      node: 'web',
      score: 0,
      evidence: ['no latency of it is known for this time'],
    });
  });
});
