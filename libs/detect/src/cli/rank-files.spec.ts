import { mkdtemp, rm, writeFile } from 'node:fs/promises';
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
  });
});
