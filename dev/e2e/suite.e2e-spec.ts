/** The newcomer's way through the suite, in a real browser against `npm start`'s own demo mesh. */
import type { CertificateList, DemoFault, PolicyWhatIfReply, Topology } from '@observatory/contracts';
import { launchSuite, until, type LaunchedSuite } from '@observatory/testing';
import type { Browser, Page, Route } from 'playwright-core';
import { launchBrowser } from './browser.js';

const WINDOW_SEC = 10;
const PAGE_TIMEOUT_MS = 60_000;
const FAILING_EDGE = 'workload~demo~shop~storefront~~workload~demo~shop~catalog~~http';
/** The request of the sandbox, as its address has it. */
const FROM_STOREFRONT = JSON.stringify({ principal: 'cluster.local/ns/shop/sa/storefront', path: '/products', port: '8080' });
const ONLY_CHECKOUT = `apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata:
  name: only-checkout
  namespace: shop
spec:
  selector:
    matchLabels:
      app: catalog
  action: ALLOW
  rules:
    - from:
        - source:
            principals:
              - cluster.local/ns/shop/sa/checkout
`;

describe('the suite and its demo mesh', () => {
  let suite: LaunchedSuite;
  let browser: Browser;
  let page: Page;
  const errors: string[] = [];

  beforeAll(async () => {
    suite = await launchSuite({ env: { OBSERVATORY_WINDOW_SEC: String(WINDOW_SEC) } });
    browser = await launchBrowser();
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    // A machine that is busy with other tests draws slowly.
    page.setDefaultTimeout(PAGE_TIMEOUT_MS);
    page.on('pageerror', (error) => errors.push(String(error)));
    page.on('console', (message) => {
      // Not signed in yet; or answered late by a busy machine: the page asks again, which the last test looks at. 403 is what one test is about.
      if (message.type() === 'error' && !/401|403|503/.test(message.text())) errors.push(`${message.text()} ${message.location().url}`);
    });
  }, 330_000);
  afterAll(async () => {
    await browser?.close();
    await suite?.[Symbol.asyncDispose]();
  }, 60_000);

  const refuse = (route: Route, status: number, code: string, title: string) =>
    route.fulfill({ status, contentType: 'application/problem+json', body: JSON.stringify({ type: 'about:blank', title, status, code }) });
  const request = (path: string, init: RequestInit = {}) =>
    fetch(`${suite.url}/api/v1${path}`, {
      ...init,
      headers: { authorization: `Bearer ${suite.adminToken}`, 'content-type': 'application/json' },
    });
  const topology = async (query = '') => (await (await request(`/topology${query}`)).json()) as Topology;
  const errorRatio = (graph: Topology) => graph.edges.find(({ id }) => id === FAILING_EDGE)?.errorRatio ?? 0;

  it('refuses whoever has not signed in', async () => {
    const answer = await fetch(`${suite.url}/api/v1/topology`);
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ code: 'auth/unauthenticated' });
  });

  it('lets the newcomer in once by the printed link', async () => {
    await page.goto(suite.signInUrl);
    await page.getByRole('link', { name: 'Map' }).first().waitFor();
    expect(page.url()).not.toContain('signin');
    const stranger = await browser.newPage();
    await stranger.goto(suite.signInUrl);
    await stranger
      .getByText(/used already|not ours|sign-in link/i)
      .first()
      .waitFor();
    await stranger.close();
  }, 30_000);

  it('shows a living map of all three meshes', async () => {
    const graph = await until(
      async () => {
        const now = await topology();
        return now.edges.length >= 40 ? now : undefined;
      },
      { deadlineMs: 90_000, everyMs: 500, what: 'a map with traffic' },
    );
    const meshes = new Set(graph.nodes.map(({ mesh }) => mesh));
    expect([...meshes]).toEqual(expect.arrayContaining(['istio', 'ambient', 'linkerd', 'none']));
    expect(graph.sources.every(({ state }) => state === 'fresh')).toBe(true);
    await page.getByRole('link', { name: 'Map' }).first().click();
    await page.locator('canvas').first().waitFor();
    await page.keyboard.press('t');
    await page.getByText('storefront').first().waitFor();
  }, 120_000);

  let injectedAt: Date;
  it('turns an edge red within two windows of a fault', async () => {
    // Rates that reach back before the first scrape are left out of a span, however long that took to come.
    const isWhole = async () =>
      (await topology('?window=1m')).sources.every(({ state, detail }) => state === 'fresh' && detail === undefined);
    await until(isWhole, { deadlineMs: 90_000, everyMs: 500, what: 'a map whose rates are whole' });
    const before = errorRatio(await topology('?window=1m'));
    injectedAt = new Date();
    const fault = (await (
      await request('/demo/faults', { method: 'POST', body: JSON.stringify({ kind: 'errors', target: 'shop/catalog', strength: 1 }) })
    ).json()) as DemoFault;
    expect(fault.description).toMatch(/catalog/);
    // Two windows, and one more for the rates to be taken over scrapes that saw the fault.
    await until(async () => errorRatio(await topology('?window=1m')) > before + 0.05, {
      deadlineMs: 3 * WINDOW_SEC * 1000 + 5000,
      everyMs: 500,
      what: 'the share of errors rising',
    });
    await until(async () => errorRatio(await topology()) > 0.05, { deadlineMs: 90_000, everyMs: 1000, what: 'the live map showing it' });
    await page.goto(`${suite.url}/map?find=${encodeURIComponent('errors > 5%')}`);
    await page.locator('canvas').first().waitFor();
    await page.keyboard.press('t');
    await page.getByText('catalog').first().waitFor();
  }, 180_000);

  it('travels to the time before the fault', async () => {
    const past = await topology(`?window=1m&at=${new Date(injectedAt.getTime() - 5000).toISOString()}`);
    expect(past.edges.length).toBeGreaterThan(20);
    expect(errorRatio(past)).toBeLessThan(0.05);
  });

  it('decides a request under a policy that is not applied, as the service does', async () => {
    await page.goto(`${suite.url}/policies/sandbox?target=workload~demo~shop~catalog&req=${encodeURIComponent(FROM_STOREFRONT)}`);
    await page.locator('[data-decision=ALLOW]').first().waitFor();
    await page.getByRole('textbox', { name: 'Policies as YAML' }).click();
    await page.keyboard.insertText(ONLY_CHECKOUT);
    await page.locator('[data-layer=authorizationPolicy][data-decision=DENY]').waitFor();
    await page.getByText('shop/only-checkout').first().waitFor();
  }, 150_000);

  it('replays the recorded traffic through it: what would be denied, on the map and for a pull request', async () => {
    await page.getByRole('link', { name: 'What-if' }).click();
    await page.getByRole('button', { name: 'Replay the traffic' }).click();
    await page.getByText(/would be denied that (is|are) let in now/).waitFor();
    await page.getByText('Cut off altogether', { exact: true }).waitFor();
    await page.locator('canvas').first().waitFor();
    const changes = { apply: ONLY_CHECKOUT, delete: [] };
    const answer = await request('/policies/what-if', { method: 'POST', body: JSON.stringify({ cluster: 'demo', changes }) });
    const { flows, cutOff } = (await answer.json()) as PolicyWhatIfReply;
    expect(cutOff.map(({ workload }) => workload.name)).toContain('catalog');
    const denied = flows.filter(({ verdict }) => verdict === 'newlyDenied');
    expect(denied.map(({ flow }) => flow.source.name)).toEqual(expect.arrayContaining(['storefront', 'recommendations']));
    const table = page.getByRole('table', { name: 'Flows that change' });
    for (const name of ['storefront', 'recommendations']) await table.getByRole('link', { name }).first().waitFor();
    await page.getByRole('button', { name: 'Save as Markdown' }).waitFor();
  }, 150_000);

  it('shows what a workload really serves, up to the root, and why a workload is not seen', async () => {
    const seen = await until(
      async () => {
        const answer = await request('/certificates?kind=workload&source=wire&q=storefront&limit=1');
        return answer.ok ? ((await answer.json()) as CertificateList).certificates[0] : undefined;
      },
      { deadlineMs: 150_000, everyMs: 1000, what: 'the first sweep' },
    );
    await page.goto(`${suite.url}/certificates`);
    await page.getByRole('link', { name: /^About to expire/u }).click();
    await page.getByRole('table', { name: 'Certificates' }).getByRole('link', { name: 'partners.shop.example' }).waitFor();
    await page.goto(`${suite.url}/certificates/${seen.id}`);
    for (const words of ['Signed by the key of Root CA', 'It is a root of the mesh', 'It names service account storefront of shop'])
      await page.getByText(words).waitFor();
    await page.goto(`${suite.url}/certificates/coverage`);
    await page.getByRole('table', { name: 'Workloads whose certificates are not seen' }).getByRole('link', { name: 'ztunnel' }).waitFor();
  }, 240_000);

  it('finds a certificate by a part of its name, from any page', async () => {
    await page.goto(`${suite.url}/status`);
    await page.getByRole('button', { name: 'Search and commands' }).waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Search and commands' }).fill('cert partners.shop');
    await page.getByRole('option').filter({ hasText: 'certificate in istio-ingress' }).first().waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/certificates\/.+/u);
    await page.getByText('partners.shop.example').first().waitFor();
  }, 60_000);

  it('makes an incident of what is unusual, and says where it probably starts and why', async () => {
    await page.goto(`${suite.url}/incidents`);
    const incidents = page.getByRole('table', { name: 'Incidents' });
    await incidents.getByRole('link').first().waitFor({ timeout: 150_000 });
    await incidents.getByRole('link').first().click();
    for (const part of ['Probably starts at', 'What changed just before', 'What it reaches', 'Evidence', 'History'])
      await page.getByRole('heading', { name: part }).waitFor({ timeout: 20_000 });
    await page.locator('canvas').first().waitFor({ timeout: 20_000 });
    await page.getByRole('button', { name: 'Useful', exact: true }).click();
    await page.getByText(/^Thank you/).waitFor();
    await page.getByRole('link', { name: 'Signals', exact: true }).click();
    await page.getByRole('table', { name: 'Scores of workloads and edges' }).getByRole('link').first().click();
    await page.getByRole('heading', { name: 'What was unusual of it' }).waitFor({ timeout: 20_000 });
  }, 240_000);

  it('says which role a decision needs to whoever has it not', async () => {
    await page.route('**/api/v1/auth/me', (route) => route.fulfill({ json: { name: 'Ann', role: 'viewer', expiresAt: null } }));
    await page.route('**/api/v1/incidents/*', (route) =>
      route.request().method() === 'PATCH' ? refuse(route, 403, 'auth/forbidden', 'Your role does not allow this') : route.continue(),
    );
    await page.goto(`${suite.url}/incidents`);
    await page.getByRole('table', { name: 'Incidents' }).getByRole('link').first().click();
    await page.getByRole('button', { name: 'Resolve …' }).click();
    await page.getByRole('button', { name: 'Resolve', exact: true }).click();
    await page.getByText('It needs the role admin. You are signed in as Ann, with the role viewer.').waitFor();
    await page.unrouteAll({ behavior: 'wait' });
  }, 60_000);

  it('waits for a part of the suite that is only starting', async () => {
    let refusals = 4;
    await page.route('**/api/v1/metrics/overview*', (route) => {
      refusals -= 1;
      return refusals < 0 ? route.continue() : refuse(route, 503, 'service/unavailable', 'A part of the suite does not answer');
    });
    await page.goto(suite.url);
    await page.getByText('Golden signals: still waiting, asked again every few seconds.').waitFor();
    expect(await page.getByRole('button', { name: 'Try again' }).count()).toBe(0);
    await page.getByText(/^peak /u).waitFor();
    await page.unrouteAll({ behavior: 'wait' });
  }, 60_000);

  it('keeps a trail of who signed in and what was broken, and shows that it is whole', async () => {
    await page.goto(`${suite.url}/audit`);
    await page.getByText('The chain holds').waitFor();
    const trail = page.getByRole('table', { name: 'Audit trail' });
    for (const entry of ['Session opened', 'Fault of the demo mesh injected']) await trail.getByText(entry).first().waitFor();
  }, 150_000);

  it('draws charts of a workload, and has no error on the page', async () => {
    await page.goto(`${suite.url}/workloads/demo/shop/storefront`);
    await page.locator('canvas').first().waitFor({ timeout: 20_000 });
    await page.goto(suite.url);
    await page.getByText('Golden signals').or(page.getByText('Requests')).first().waitFor();
    const failed = page.getByRole('button', { name: 'Try again' });
    await until(async () => (await failed.count()) === 0, { deadlineMs: 20_000, everyMs: 250, what: 'a page without problems' });
    expect(errors).toEqual([]);
  }, 90_000);

  // Last, since it is read back meanwhile.
  it('keeps the hours before the first start, which Prometheus had', async () => {
    const at = new Date(Date.now() - 3 * 3_600_000).toISOString();
    const past = await until(
      async () => {
        const graph = await topology(`?at=${at}`);
        return graph.edges.length >= 20 ? graph : undefined;
      },
      { deadlineMs: 180_000, everyMs: 2000, what: 'the backfill reaching three hours back' },
    );
    expect(past.at.slice(0, 10)).toBe(at.slice(0, 10));
  }, 200_000);
});
