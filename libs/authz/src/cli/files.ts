/** Files as the commands read them: one, several, whole folders, or standard input as `-`. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { text as textOfStream } from 'node:stream/consumers';
import { parse } from 'yaml';
import { readSource } from '../source/read-source.js';

/** A way of using the command that cannot work; told without a stack. */
export class UsageError extends Error {}

const MANIFEST = /\.(ya?ml|json)$/i;
const FILES_MAX = 10_000;
const BYTES_MAX = 64 * 1024 * 1024;

/** Folders become the manifests in them, in order of their names. */
export async function expand(paths: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const path of paths) {
    const isFolder = path !== '-' && (await stat(path).catch(() => undefined))?.isDirectory() === true;
    if (!isFolder) found.push(path);
    else {
      const names = (await readdir(path, { recursive: true })).filter(
        (name) => MANIFEST.test(name) && !/(^|[\\/])node_modules[\\/]/.test(name),
      );
      found.push(...names.toSorted().map((name) => join(path, name)));
    }
    if (found.length > FILES_MAX) throw new UsageError(`more than ${FILES_MAX} files`);
  }
  return found;
}

export async function readText(path: string): Promise<string> {
  if (path === '-') return textOfStream(process.stdin);
  const { size } = await stat(path);
  if (size > BYTES_MAX) throw new Error(`it has ${size} bytes; at most ${BYTES_MAX} are read`);
  return readFile(path, 'utf8');
}

/** Why a file could not be read, in the words of whoever asked for it. */
export function whyUnreadable(thrown: unknown): string {
  const { code, message } = thrown as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EACCES') return 'it may not be read';
  return code === 'EISDIR' ? 'it is a folder' : message;
}

async function textFor(path: string): Promise<string> {
  try {
    return await readText(path);
  } catch (thrown) {
    throw new UsageError(`${path}: ${whyUnreadable(thrown)}`);
  }
}

/** Objects of a stream of policies, all of it. */
export async function readPolicyText(paths: readonly string[]): Promise<string> {
  const texts: string[] = [];
  for (const path of await expand(paths)) {
    const text = await textFor(path);
    const wrong = readSource(text, BYTES_MAX).documents.flatMap(({ problems }) => problems)[0];
    if (wrong) throw new UsageError(`${path}:${wrong.place.line}:${wrong.place.column}: ${wrong.message}`);
    texts.push(text);
  }
  return texts.join('\n---\n');
}

/** JSON, or YAML. */
export async function readValue(path: string): Promise<unknown> {
  const text = await textFor(path);
  try {
    return /^\s*[[{]/.test(text) && !path.endsWith('.yaml') ? (JSON.parse(text) as unknown) : (parse(text) as unknown);
  } catch (thrown) {
    throw new UsageError(`${path}: ${(thrown as Error).message.split('\n')[0] ?? ''}`);
  }
}
