/** Debian's Chromium for tests from end to end: headless, with a fresh profile, without calls to anywhere else. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';

const CANDIDATES = ['chromium', 'chromium-browser', 'google-chrome'];
const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

function executable(): string {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const found = folders.flatMap((folder) => CANDIDATES.map((name) => join(folder, name))).find((file) => existsSync(file));
  if (!found) throw new Error(`Chromium is not on PATH: install one of ${CANDIDATES.join(', ')}`);
  return found;
}

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: executable(), args: QUIET });
}
