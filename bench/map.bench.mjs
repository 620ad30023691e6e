// How quick is the map of a large mesh? The built UI, fed a graph of 2,000 workloads and 20,000 edges from memory, in
// headless Chromium without a GPU: time to the first picture, frames per second while panning and zooming; and Cytoscape's
// canvas with the same nodes and edges at the same places, drawn whole, for comparison.
// Frames are those that the compositor showed: the smaller of animation frames and frames in the trace.
import { access, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { delimiter, extname, join } from 'node:path';
import { chromium } from 'playwright-core';
import { syntheticTopology } from './lib/synthetic-topology.mjs';

const root = join(import.meta.dirname, '..');
const WORKLOADS = Number(process.argv[2] ?? 2000);
const EDGES = Number(process.argv[3] ?? 20_000);
const GESTURE_MS = 4000;
const EVENT_MS = 7;
const VIEWPORT = { width: 1280, height: 800 };
/** UI.md and DESIGN: explored at no less than this without a GPU. */
const AIM_FPS = 30;
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.woff2': 'font/woff2' };

const now = new Date().toISOString();
const graph = syntheticTopology({ workloads: WORKLOADS, edges: EDGES, at: now });
const answers = {
  '/api/v1/topology': graph,
  '/api/v1/auth/me': { name: 'bench', role: 'admin', expiresAt: null },
  '/api/v1/status': { generatedAt: now, sources: graph.sources, demo: false, windowSec: 30, services: [] },
  '/api/v1/clusters': { generatedAt: now, sources: graph.sources, clusters: [] },
};
const texts = Object.fromEntries(Object.entries(answers).map(([path, body]) => [path, JSON.stringify(body)]));

const CYTOSCAPE_PAGE = `<!doctype html><body style="margin:0"><div id="map" style="position:absolute;inset:0"></div>
<script src="/cytoscape.js"></script><script>
fetch('/api/v1/topology').then((answer) => answer.json()).then(({ nodes, edges }) => {
  window.map = cytoscape({
    container: document.getElementById('map'), layout: { name: 'preset', fit: true }, pixelRatio: 1, textureOnViewport: false,
    elements: [
      ...nodes.map(({ id, name, position }) => ({ data: { id, name }, position: { x: position.x * 84, y: position.y * 102 } })),
      ...edges.map(({ id, source, target }) => ({ data: { id, source, target } })),
    ],
    style: [
      { selector: 'node', style: { width: 40, height: 40, shape: 'round-rectangle', label: 'data(name)', 'min-zoomed-font-size': 8 } },
      { selector: 'edge', style: { 'curve-style': 'haystack', width: 1.5, 'line-color': '#99a' } },
    ],
  });
  window.map.one('render', () => { window.firstPicture = performance.now(); });
});</script>`;

async function serve() {
  const cytoscape = await readFile(join(root, 'node_modules/cytoscape/dist/cytoscape.min.js'));
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    const send = (body, type, status = 200) => response.writeHead(status, { 'content-type': type }).end(body);
    if (texts[pathname]) return send(texts[pathname], 'application/json');
    if (pathname.startsWith('/api/'))
      return send('{"code":"resource/not-found","title":"No such thing","status":404}', 'application/problem+json', 404);
    if (pathname === '/cytoscape') return send(CYTOSCAPE_PAGE, 'text/html');
    if (pathname === '/cytoscape.js') return send(cytoscape, 'text/javascript');
    const file = await readFile(join(root, 'ui/dist', pathname)).catch(() => readFile(join(root, 'ui/dist/index.html')));
    return send(file, TYPES[extname(pathname)] ?? 'text/html');
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

/** When the first canvas that was drawn on reached the screen: canvases are drawn in the task that makes them. */
const WATCH_FIRST_PICTURE = `(() => {
  const look = () => {
    const drawn = [...document.querySelectorAll('canvas')].some((canvas) => canvas.width > 300);
    if (drawn && window.firstPicture === undefined) requestAnimationFrame(() => { window.firstPicture = performance.now(); });
    else if (window.firstPicture === undefined) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})()`;

async function firstPicture(page, url) {
  await page.goto(url);
  await page.waitForFunction('window.firstPicture !== undefined', undefined, { timeout: 120_000, polling: 50 });
  return page.evaluate(() => {
    const read = performance.getEntriesByType('resource').find(({ name }) => name.includes('/api/v1/topology'));
    return { totalMs: window.firstPicture, afterAnswerMs: window.firstPicture - (read?.responseEnd ?? 0) };
  });
}

/** Frames per second while `gesture` runs, by the page and by the compositor. */
async function frames(browser, page, gesture) {
  await browser.startTracing(page, { categories: ['viz'] });
  await page.evaluate(() => {
    window.frameTimes = [];
    window.counting = true;
    const tick = (time) => {
      window.frameTimes.push(time);
      if (window.counting) requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  });
  const from = performance.now();
  await gesture();
  const seconds = (performance.now() - from) / 1000;
  const times = await page.evaluate(() => {
    window.counting = false;
    return window.frameTimes;
  });
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString());
  const shown = traceEvents.filter(({ name, ph }) => name === 'Display::DrawAndSwap' && ph !== 'E').length;
  const gaps = times
    .slice(1)
    .map((time, index) => time - times[index])
    .toSorted((a, b) => a - b);
  return {
    fps: Math.min(times.length - 1, shown) / seconds,
    p95GapMs: gaps[Math.floor(gaps.length * 0.95)] ?? 0,
    worstGapMs: gaps.at(-1) ?? 0,
  };
}

/** Events as often as a mouse sends them; each step gets the seconds since the gesture began. */
async function during(step) {
  const from = performance.now();
  const sent = [];
  for (let elapsed = 0; elapsed < GESTURE_MS; elapsed = performance.now() - from) {
    // Not awaited: a busy page answers late, and must not slow the mouse.
    sent.push(step(elapsed / 1000));
    await new Promise((resolve) => setTimeout(resolve, EVENT_MS));
  }
  await Promise.all(sent);
}

/** Begins where nothing is under the pointer: on a node it would be a drag of the node. */
async function pan(page) {
  let [x, y] = [VIEWPORT.width / 2 + 100, VIEWPORT.height / 2];
  for (let tries = 0; tries < 40; tries += 1, x -= 7, y -= 5) {
    await page.mouse.move(x + 160, y);
    const cursor = await page.evaluate(
      () => new Promise((resolve) => requestAnimationFrame(() => resolve(document.querySelector('[role=application]')?.style.cursor))),
    );
    if (cursor !== 'pointer') break;
  }
  await page.mouse.down();
  await during((seconds) => page.mouse.move(x + 160 * Math.cos(seconds * 4), y + 180 * Math.sin(seconds * 4)));
  await page.mouse.up();
}

/** In and out by turns, so that no limit is reached and every event changes the picture. */
async function zoom(page) {
  await page.mouse.move(VIEWPORT.width / 2 + 100, VIEWPORT.height / 2);
  await during((seconds) => page.mouse.wheel(0, seconds % 2 < 1 ? -9 : 9));
}

/** As far in as nodes have names, the same way in both. */
async function comeNear(page) {
  await page.mouse.move(VIEWPORT.width / 2 + 100, VIEWPORT.height / 2);
  for (let event = 0; event < 150; event += 1) await page.mouse.wheel(0, -10);
}

async function findChromium() {
  const folders = (process.env.PATH ?? '').split(delimiter);
  for (const name of ['chromium', 'chromium-browser', 'google-chrome']) {
    for (const folder of folders) {
      const file = join(folder, name);
      if (
        await access(file).then(
          () => true,
          () => false,
        )
      )
        return file;
    }
  }
  throw new Error('Chromium is not on PATH: install it, for example with apt-get install chromium');
}

async function measure(url) {
  const executablePath = await findChromium();
  const args = [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ];
  const browser = await chromium.launch({ executablePath, args });
  try {
    const page = await browser.newPage({ viewport: VIEWPORT });
    await page.addInitScript(WATCH_FIRST_PICTURE);
    const first = await firstPicture(page, url);
    await page.waitForFunction(() => new Promise((resolve) => requestIdleCallback(() => resolve(true))));
    const gestures = {};
    gestures['panning from afar'] = await frames(browser, page, () => pan(page));
    gestures['zooming from afar'] = await frames(browser, page, () => zoom(page));
    await comeNear(page);
    gestures['panning from near'] = await frames(browser, page, () => pan(page));
    gestures['zooming from near'] = await frames(browser, page, () => zoom(page));
    return { first, gestures };
  } finally {
    await browser.close();
  }
}

const server = await serve();
const base = `http://127.0.0.1:${server.address().port}`;
console.log(
  `${WORKLOADS} workloads, ${EDGES} edges, ${(texts['/api/v1/topology'].length / 1e6).toFixed(1)} MB of JSON, ${VIEWPORT.width} × ${VIEWPORT.height}, no GPU`,
);
try {
  const ours = await measure(`${base}/map`);
  const theirs = await measure(`${base}/cytoscape`);
  const number = (value, digits = 1) => value.toFixed(digits).padStart(8);
  console.log(
    `first picture, ms                observatory ${number(ours.first.totalMs, 0)}   cytoscape ${number(theirs.first.totalMs, 0)}   ratio ${(ours.first.totalMs / theirs.first.totalMs).toFixed(2)}`,
  );
  console.log(
    `  of that after the answer, ms   observatory ${number(ours.first.afterAnswerMs, 0)}   cytoscape ${number(theirs.first.afterAnswerMs, 0)}`,
  );
  let slowest = Infinity;
  for (const [name, { fps, p95GapMs, worstGapMs }] of Object.entries(ours.gestures)) {
    const other = theirs.gestures[name].fps;
    slowest = Math.min(slowest, fps);
    console.log(
      `${name.padEnd(22)} fps   observatory ${number(fps)}   cytoscape ${number(other)}   ratio ${(fps / other).toFixed(1)}   (gaps: 95 % ≤ ${p95GapMs.toFixed(0)} ms, worst ${worstGapMs.toFixed(0)} ms)`,
    );
  }
  console.log(`slowest gesture ${slowest.toFixed(1)} fps, aim ≥ ${AIM_FPS}: ${slowest >= AIM_FPS ? 'met' : 'missed'}`);
} finally {
  server.close();
  server.closeAllConnections();
}
