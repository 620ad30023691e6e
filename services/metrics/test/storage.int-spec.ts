/** Storage on a real PostgreSQL: windows once, rollups that agree with what they are made of, partitions that come and go. */
import { edgeId, nodeId, type EdgeSample } from '@observatory/contracts';
import { meanOfSamples } from '@observatory/mesh';
import { Database, Dependencies } from '@observatory/platform';
import { createTestDatabase, until, type TestDatabase } from '@observatory/testing';
import { canonicalWindow } from '../src/domain/canonical-sample.js';
import { nodeTotals } from '../src/domain/node-totals.js';
import { MIGRATIONS } from '../src/migrations/all.js';
import { FlowRepository } from '../src/storage/flow.repository.js';
import { HoleRepository } from '../src/storage/hole.repository.js';
import { Lookups } from '../src/storage/lookups.js';
import { PartitionKeeper } from '../src/storage/partition-keeper.js';
import { RAW_RETENTION_DAYS } from '../src/storage/tables.js';
import { ReadRepository } from '../src/storage/read.repository.js';
import { RollupRepository } from '../src/storage/rollup.repository.js';
import { SeriesRepository } from '../src/storage/series.repository.js';
import { SourceRepository } from '../src/storage/source.repository.js';
import { WindowRepository, type WindowState } from '../src/storage/window.repository.js';

const WINDOW_SEC = 30;
const HOUR_MS = 3_600_000;
/** A whole hour, recent enough for the partitions. */
const START_MS = Math.floor(Date.now() / HOUR_MS) * HOUR_MS - 2 * HOUR_MS;
const at = (windows: number): Date => new Date(START_MS + windows * WINDOW_SEC * 1000);

const workload = (name: string): EdgeSample['source'] => ({ kind: 'workload', cluster: 'east', namespace: 'shop', name, app: name });
function edge(target: string, requestsPerSecond: number, values: Partial<EdgeSample> = {}): EdgeSample {
  const id = edgeId(nodeId('workload', 'east', 'shop', 'web'), nodeId('workload', 'east', 'shop', target), 'http', '');
  return {
    id,
    source: workload('web'),
    target: workload(target),
    protocol: 'http',
    mesh: 'istio',
    responses: [{ code: '200', flags: '-', outcome: 'ok', requestsPerSecond }],
    requestsPerSecond,
    errorsPerSecond: 0,
    clientErrorsPerSecond: 0,
    sentBytesPerSecond: 0,
    receivedBytesPerSecond: 0,
    mutualTlsPerSecond: requestsPerSecond,
    plaintextPerSecond: 0,
    reporters: ['source', 'destination'],
    sourcePrincipal: 'spiffe://cluster.local/ns/shop/sa/web',
    ...values,
  };
}

describe('storage', () => {
  let place: TestDatabase;
  let database: Database;
  let windows: WindowRepository;
  let reads: ReadRepository;
  let rollups: RollupRepository;
  let sourceKey: number;

  const store = (index: number, edges: EdgeSample[], state: WindowState = 'read', settled = true): Promise<boolean> => {
    const canonical = canonicalWindow(structuredClone(edges));
    const nodes = nodeTotals(canonical, 'east', () => true);
    return windows.store({ sourceKey, at: at(index), windowSec: WINDOW_SEC, state, settled, edges: canonical, nodes }, false);
  };
  const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

  beforeAll(async () => {
    place = await createTestDatabase();
    database = new Database({ url: place.url, schema: 'metrics', migrations: MIGRATIONS }, new Dependencies());
    const partitions = new PartitionKeeper(database);
    await until(() => database.isUp, { deadlineMs: 20_000, what: 'the database' });
    windows = new WindowRepository(database, partitions);
    reads = new ReadRepository(database, new Lookups(database));
    rollups = new RollupRepository(database);
    ({ sourceKey } = await new SourceRepository(database).open('east', 'east', at(0)));
  });
  afterAll(async () => {
    await database.onApplicationShutdown();
    await place[Symbol.asyncDispose]();
  });

  it('gives a window back as it was, to the digit', async () => {
    const edges = [
      edge('cart', 1 / 3, {
        latencySumMsPerSecond: 10 / 3,
        latencyCountPerSecond: 1 / 3,
        latency: { upperBoundsMs: [1, 10, 100], perSecond: [0, 0.1, 1 / 7, 0], readAt: at(1).toISOString() },
        destinationPrincipal: 'spiffe://cluster.local/ns/shop/sa/cart',
        destinationService: { cluster: 'east', namespace: 'shop', name: 'cart', host: 'cart.shop' },
      }),
      edge('db', 0, {
        protocol: 'tcp',
        responses: [],
        sentBytesPerSecond: 123456.789,
        receivedBytesPerSecond: 9.87654321e9,
        connectionsPerSecond: 0.001,
        reporters: ['waypoint'],
      }),
      edge('weird', 2, {
        responses: [{ code: '200', grpcStatus: '14', flags: 'UF,URX', outcome: 'error', requestsPerSecond: 2 }],
        errorsPerSecond: 2,
      }),
    ];
    expect(await store(1, edges)).toBe(true);
    expect(plain(await reads.windowAt(sourceKey, at(1)))).toEqual(plain(canonicalWindow(structuredClone(edges))));
  });

  it('stores a window once, and a failed one when it is read after all', async () => {
    expect(await store(1, [edge('other', 5)])).toBe(false);
    await windows.storeFailure(sourceKey, at(2), WINDOW_SEC);
    expect(await store(2, [edge('cart', 5)], 'backfilled')).toBe(true);
    expect((await reads.windowAt(sourceKey, at(2))).map(({ requestsPerSecond }) => requestsPerSecond)).toEqual([5]);
  });

  it('leaves rates that were too low out of series and rollups', async () => {
    const latency = { upperBoundsMs: [1, 10], perSecond: [1, 2], readAt: at(4).toISOString() };
    expect(await store(4, [edge('low', 3, { latency })], 'partial')).toBe(true);
    expect(await store(5, [edge('low', 7, { latency })])).toBe(true);
    expect((await reads.windowAt(sourceKey, at(4))).map(({ requestsPerSecond }) => requestsPerSecond)).toEqual([3]);
    const series = new SeriesRepository(database, new Lookups(database));
    expect((await series.known('raw', at(3), at(5))).get(sourceKey)).toBe(2);
    const steps = { from: at(3), to: at(5), stepSec: 2 * WINDOW_SEC, resolution: 'raw' as const, count: 1 };
    expect((await series.coverage(steps)).get(sourceKey)).toEqual([1]);
    const keys = (await series.edgeKeys(edge('low', 1).id)).map(({ key }) => key);
    expect((await series.rows('edge', keys, steps)).map(({ requests }) => requests)).toEqual([7]);
    expect((await series.histograms('edge', keys, steps)).map(({ perSecond }) => perSecond)).toEqual([[1, 2]]);
    expect(await windows.storeRollup('5m', { sourceKey, at: at(-10), edges: [edge('cart', 3)], nodes: [] }, 0)).toBe(true);
    expect(await database.query('SELECT 1 FROM metrics.edge_windows_5m WHERE at = $1', [at(-10)])).toEqual([]);
    expect(await store(4, [edge('cart', 5)])).toBe(false);
  });

  it('writes a window that was not settled anew, once, and tells nobody again', async () => {
    const rates = async () =>
      (await reads.windowAt(sourceKey, at(6))).map(({ target, requestsPerSecond }) => [target.name, requestsPerSecond]);
    const holes = (samplesUpTo: Date) =>
      new HoleRepository(database).windows(sourceKey, WINDOW_SEC, { from: at(5), to: at(6), limit: 10, samplesUpTo });
    expect(await store(6, [edge('low', 3), edge('cart', 4)], 'partial', false)).toBe(true);
    await windows.markPublished(sourceKey, at(6));
    expect(await store(6, [edge('late', 9)], 'partial', false)).toBe(false);
    expect(await holes(at(5))).toEqual([]);
    expect(await holes(at(6))).toEqual([at(6)]);
    expect(await store(6, [edge('cart', 8)], 'backfilled')).toBe(true);
    expect(await rates()).toEqual([['cart', 8]]);
    expect(await store(6, [edge('cart', 9)], 'backfilled')).toBe(false);
    expect(await holes(at(6))).toEqual([]);
    expect(await windows.unpublished(sourceKey, at(5), 10)).toEqual([]);
    expect(await database.query(`SELECT DISTINCT requests FROM metrics.node_windows WHERE at = $1`, [at(6)])).toEqual([{ requests: 8 }]);
  });

  it('keeps nothing of a window whose rows cannot be stored', async () => {
    await expect(store(3, [edge('cart', 1e300)])).rejects.toThrow();
    expect(await store(3, [edge('cart', 1)])).toBe(true);
  });

  it('rolls up to what the mean of the windows is', async () => {
    const histogram = (perSecond: number[]) => ({ upperBoundsMs: [1, 10, 100], perSecond, readAt: at(1).toISOString() });
    // 5 minutes of 10 windows: one was empty, one failed, `rare` is in one of them, latency in two.
    const given: EdgeSample[][] = [];
    for (let index = 11; index <= 18; index += 1) {
      const edges = [
        edge('cart', index, index === 12 ? { latency: histogram([1, 2, 3, 4]) } : index === 13 ? { latency: histogram([3, 2]) } : {}),
      ];
      if (index === 15) edges.push(edge('rare', 8, { sourcePrincipal: undefined }));
      await store(index, edges);
      given.push(edges);
    }
    await store(19, [], 'empty');
    await windows.storeFailure(sourceKey, at(20), WINDOW_SEC);
    const due = await rollups.due(sourceKey, '5m', { from: at(10), to: at(20), limit: 10 });
    expect(due).toEqual([at(20)]);
    await rollups.build(sourceKey, '5m', at(20));
    expect(await rollups.due(sourceKey, '5m', { from: at(10), to: at(20), limit: 10 })).toEqual([]);
    const edgeKeys = await reads.edgeKeys({ cluster: undefined, seenSince: at(0), after: 0, limit: 100 });
    const [stored] = await reads.edgesOf(edgeKeys, { from: at(10), to: at(20), resolution: '5m', sourceKeys: [sourceKey] });
    const expected = meanOfSamples(given, 8);
    for (const { id, requestsPerSecond, responses, mutualTlsPerSecond, sourcePrincipal } of expected) {
      const found = stored!.edges.find((candidate) => candidate.id === id)!;
      expect(found.requestsPerSecond).toBeCloseTo(requestsPerSecond, 4);
      expect(found.mutualTlsPerSecond).toBeCloseTo(mutualTlsPerSecond, 4);
      expect(found.responses[0]!.requestsPerSecond).toBeCloseTo(responses[0]!.requestsPerSecond, 4);
      expect(found.sourcePrincipal).toBe(sourcePrincipal);
    }
    expect(stored!.edges.find(({ target }) => target.name === 'cart')!.latency).toMatchObject({
      upperBoundsMs: [1, 10, 100],
      perSecond: [2, 2, 1.5, 2],
    });
  });

  it('makes a rollup anew when a missing window came', async () => {
    expect(await store(20, [edge('cart', 100)], 'backfilled')).toBe(true);
    expect(await rollups.due(sourceKey, '5m', { from: at(10), to: at(20), limit: 10 })).toEqual([at(20)]);
    await rollups.build(sourceKey, '5m', at(20));
    const [row] = await database.query<{ requests: number; count: string }>(
      `SELECT max(requests) AS requests, count(*) AS count FROM metrics.edge_windows_5m WHERE at = $1`,
      [at(20)],
    );
    const mean = (11 + 12 + 13 + 14 + 15 + 16 + 17 + 18 + 100) / 9;
    expect(row!.requests).toBeCloseTo(mean, 3);
    expect(row!.count).toBe('2');
  });

  it('weighs hours by the windows behind each 5 minutes', async () => {
    await store(21, [edge('cart', 40)]);
    await rollups.build(sourceKey, '5m', at(30));
    await rollups.build(sourceKey, '1h', at(120));
    const [hour] = await database.query<{ requests: number; present: number }>(
      `SELECT w.requests, r.windows_present AS present FROM metrics.edge_windows_1h w JOIN metrics.rollups r ON r.at = w.at AND r.resolution = '1h' JOIN metrics.edges e USING (key)
       WHERE e.identity->'target'->>'name' = 'cart'`,
    );
    expect(hour!.present).toBe(10);
    expect(hour!.requests).toBeCloseTo((216 + 40) / 10, 3);
  });

  it('sums flows over pieces of a span', async () => {
    const flows = new FlowRepository(database);
    const keys = await reads.edgeKeys({ cluster: undefined, seenSince: at(0), after: 0, limit: 100 });
    const piece = { resolution: 'raw', from: at(10), to: at(20) } as const;
    const sums = await flows.sums(keys, piece);
    expect(sums.map(({ requests, lastAt }) => [requests, lastAt]).sort()).toEqual([
      [216, at(20)],
      [8, at(15)],
    ]);
    expect(sums.filter(({ sourcePrincipal }) => sourcePrincipal !== null)).toHaveLength(1);
    expect((await flows.outcomes(keys, piece)).map(({ requests }) => requests).sort()).toEqual([216, 8]);
    expect(await flows.knownOf('raw', { from: at(10), to: at(20), baseSec: WINDOW_SEC })).toEqual({ share: 0.9, newest: at(20) });
    expect(await flows.knownOf('1h', { from: at(-400), to: at(-300), baseSec: 3600 })).toEqual({ share: 0, newest: undefined });
  });

  it('knows its holes, newest first', async () => {
    const holes = new HoleRepository(database);
    expect(await holes.windows(sourceKey, WINDOW_SEC, { from: at(0), to: at(24), limit: 4, samplesUpTo: at(0) })).toEqual([
      at(24),
      at(23),
      at(22),
      at(10),
    ]);
    expect(await holes.rollups(sourceKey, { from: at(0), to: at(40), limit: 10 })).toEqual([at(40), at(10)]);
  });

  it('drops what is older than its retention, and makes room ahead', async () => {
    const names = async () =>
      (
        await database.query<{ name: string }>(
          `SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'metrics.edge_windows'::regclass ORDER BY 1`,
        )
      ).map(({ name }) => name);
    const before = await names();
    const later = new PartitionKeeper(database);
    // A chunk of TimescaleDB holds a week, and goes when its last day does.
    await later.keep(new Date(Date.now() + (RAW_RETENTION_DAYS + 8) * 86_400_000));
    const after = await names();
    // TimescaleDB makes its chunks as they are needed.
    const isPartitioned = await database.query(`SELECT 1 FROM pg_partitioned_table WHERE partrelid = 'metrics.edge_windows'::regclass`);
    expect(after).toHaveLength(isPartitioned.length > 0 ? before.length : 0);
    expect(after.filter((name) => before.includes(name))).toEqual([]);
    expect(await database.query('SELECT at FROM metrics.windows')).toEqual([]);
    later.onApplicationShutdown();
  });
});
