// npm run dev: compiles what changes and restarts the services that are built on it. The UI is served by Vite, one of the suite's processes then.
import { watch as watchFolder } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildNode, nodeWorkspaces } from '../build.mjs';
import { root } from './install.mjs';

/** An editor saves in several steps. */
const SETTLE_MS = 150;

async function manifest(workspace) {
  return JSON.parse(await readFile(join(root, workspace, 'package.json'), 'utf8'));
}

/** Workspace folder → names of the processes to restart when something in it changes. */
async function affectedProcesses() {
  const workspaces = await nodeWorkspaces();
  const manifests = new Map(await Promise.all(workspaces.map(async (workspace) => [workspace, await manifest(workspace)])));
  const folderOf = new Map([...manifests].map(([folder, { name }]) => [name, folder]));
  const usedBy = (folder, seen = new Set()) => {
    if (seen.has(folder)) return seen;
    seen.add(folder);
    for (const name of Object.keys(manifests.get(folder)?.dependencies ?? {})) if (folderOf.has(name)) usedBy(folderOf.get(name), seen);
    return seen;
  };
  const processes = workspaces.filter((folder) => folder.startsWith('services/') || folder === 'libs/demo-mesh');
  const nameOf = (folder) => (folder === 'libs/demo-mesh' ? 'demo' : folder.slice('services/'.length));
  return new Map(workspaces.map((workspace) => [workspace, processes.filter((folder) => usedBy(folder).has(workspace)).map(nameOf)]));
}

/** `close` ends the watching; the suite goes on until it is stopped itself. */
export async function watch({ suite, say }) {
  const affected = await affectedProcesses();
  const changed = new Set();
  let timer;
  let work = Promise.resolve();

  async function rebuild() {
    const names = new Set([...changed].flatMap((workspace) => affected.get(workspace) ?? []));
    changed.clear();
    try {
      await buildNode(say);
    } catch (error) {
      say(error.message);
      return;
    }
    if (names.size > 0) say(`restarting ${[...names].join(', ')}`);
    await Promise.all([...names].map((name) => suite.restart(name)));
  }

  const watchers = [...affected.keys()].map((workspace) =>
    watchFolder(join(root, workspace, 'src'), { recursive: true }, (_, file) => {
      if (!file || !/\.tsx?$/.test(file) || /\.(int-|e2e-)?spec\.tsx?$/.test(file)) return;
      changed.add(workspace);
      clearTimeout(timer);
      timer = setTimeout(() => (work = work.then(rebuild)), SETTLE_MS);
    }),
  );
  return {
    close: () => {
      clearTimeout(timer);
      for (const watcher of watchers) watcher.close();
    },
  };
}
