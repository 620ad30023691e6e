// The PetShop root-cause data set (CC-BY-4.0): a call graph, 49 hours of normal metrics, and 52 injected faults with their causes.
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

const TRAFFIC = ['low_traffic', 'high_traffic'];

async function table(file) {
  const [subjects, metrics, statistics, , ...rows] = (await readFile(file, 'utf8'))
    .trim()
    .split('\n')
    .map((line) => line.split(','));
  return subjects.slice(1).map((subject, column) => ({
    subject,
    metric: `${metrics[column + 1]}_${statistics[column + 1]}`,
    points: rows.flatMap((row) => (row[column + 1] ? [[Number(row[0]) * 1000, Number(row[column + 1])]] : [])),
  }));
}

async function graphOf(file) {
  const [[, ...nodes], ...rows] = (await readFile(file, 'utf8'))
    .trim()
    .split('\n')
    .map((line) => line.split(','));
  const edges = rows.flatMap(([source, ...marks]) =>
    marks.flatMap((mark, index) => (Number(mark) > 0 ? [{ source, target: nodes[index] }] : [])),
  );
  return { nodes, edges };
}

function joined(normal, recent) {
  const found = new Map();
  const series = (one) => {
    const key = `${one.subject}\n${one.metric}`;
    if (!found.has(key)) found.set(key, { subject: one.subject, metric: one.metric, normal: [], recent: [] });
    return found.get(key);
  };
  for (const one of normal) series(one).normal = one.points.map(([, value]) => value);
  for (const one of recent) series(one).recent = one.points;
  return [...found.values()];
}

/** Issues, and the normal series of each kind of traffic. */
export async function loadPetShop(folder) {
  const issues = [];
  const quiet = [];
  for (const traffic of TRAFFIC) {
    const root = join(folder, 'dataset', traffic);
    const [graph, normal] = await Promise.all([graphOf(join(root, 'graph.csv')), table(join(root, 'noissue/metrics.csv'))]);
    quiet.push(...normal);
    for (const part of ['train', 'test']) {
      for (const name of await readdir(join(root, part))) {
        const recent = await table(join(root, part, name, 'metrics.csv'));
        const { target, root_cause: cause } = JSON.parse(await readFile(join(root, part, name, 'target.json'), 'utf8'));
        const kind = `${traffic.split('_')[0]} ${target.metric}`;
        issues.push({
          kind,
          graph,
          series: joined(normal, recent),
          target: target.node,
          metric: `${target.metric}_${target.agg}`,
          cause: cause.node,
        });
      }
    }
  }
  return { issues, quiet };
}
