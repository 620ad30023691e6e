/**
 * PostgreSQL refuses to run as root, which is who containers run as. As root we run it as `postgres` or `nobody`,
 * and where that user cannot reach the folders (a clone under /root), with the one capability that lets it.
 */
import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface PostgresOwner {
  readonly uid: number;
  readonly gid: number;
  /** Words to put before each command, when changing the user alone is not enough. */
  readonly prefix: readonly string[];
}

async function unprivilegedUser(): Promise<{ uid: number; gid: number }> {
  for (const name of ['postgres', 'nobody']) {
    const [uid, gid] = await Promise.all(
      ['-u', '-g'].map((flag) =>
        run('id', [flag, name]).then(
          ({ stdout }) => Number(stdout),
          () => undefined,
        ),
      ),
    );
    if (uid !== undefined && gid !== undefined) return { uid, gid };
  }
  throw new Error(
    'PostgreSQL does not run as root, and this system has neither a user "postgres" nor "nobody". Start as another user, or set DATABASE_URL.',
  );
}

/** True when people who are neither owner nor in the group may enter the folder and all above it. */
async function openToOthers(folder: string): Promise<boolean> {
  for (let at = folder; ; at = dirname(at)) {
    const mode = (await stat(at).catch(() => undefined))?.mode ?? 0;
    if ((mode & 0o001) === 0) return false;
    if (at === dirname(at)) return true;
  }
}

/** Undefined when we are not root: then PostgreSQL runs as ourselves. */
export async function postgresOwner(folders: readonly string[]): Promise<PostgresOwner | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const user = await unprivilegedUser();
  const reachable = await Promise.all(folders.map(openToOthers));
  if (reachable.every(Boolean)) return { ...user, prefix: [] };
  const prefix = [
    'setpriv',
    `--reuid=${user.uid}`,
    `--regid=${user.gid}`,
    '--clear-groups',
    '--securebits=+no_setuid_fixup',
    '--inh-caps=+dac_override',
    '--ambient-caps=+dac_override',
    '--',
  ];
  const works = await run(prefix[0] as string, [...prefix.slice(1), 'true']).then(
    () => true,
    () => false,
  );
  if (works) return { ...user, prefix };
  const closed = folders.filter((_, index) => !reachable[index]).join(' and ');
  throw new Error(
    `PostgreSQL does not run as root, and no other user may enter ${closed}. Move the clone to a folder that all may enter, start as another user, or set DATABASE_URL.`,
  );
}
