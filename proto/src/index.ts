/** Where the .proto files are, and the types generated from them (`npm run proto`). */
import { join } from 'node:path';

/** Folder that `import "observatory/…"` is relative to. */
export const PROTO_ROOT = join(import.meta.dirname, '..');

export function protoFile(service: string): string {
  return join(PROTO_ROOT, 'observatory', service, 'v1', `${service}.proto`);
}
