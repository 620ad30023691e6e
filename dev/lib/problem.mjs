// What went wrong, for the person in front of the terminal: what it is and what to do about it, never a stack trace.

/** An error whose message is already meant for people. */
export class Problem extends Error {
  name = 'Problem';
}

const KNOWN_NAMES = new Set(['Problem', 'AlreadyRunning', 'PortInUse', 'SettingsError']);
const FULL_DISK = /ENOSPC|No space left on device|disk quota exceeded/i;

const SYSTEM_ERRORS = {
  ENOSPC: (error) =>
    `The disk is full${at(error)}. Free some space (a first start needs about 2 GB), or set OBSERVATORY_DATA to a folder on another disk.`,
  EDQUOT: (error) => SYSTEM_ERRORS.ENOSPC(error),
  EACCES: (error) =>
    `No permission to write${at(error)}. Start as the owner of this folder, or set OBSERVATORY_DATA to a folder that you may write to.`,
  EPERM: (error) => SYSTEM_ERRORS.EACCES(error),
  EROFS: (error) => `The file system is read-only${at(error)}. Set OBSERVATORY_DATA to a folder that you may write to.`,
  ENOTDIR: (error) => `A file stands where a folder is needed${at(error)}. Move it away, or set OBSERVATORY_DATA to another folder.`,
  EEXIST: (error) => SYSTEM_ERRORS.ENOTDIR(error),
};

function at(error) {
  return error.path ? ` (${error.path})` : '';
}

export function explain(error) {
  if (KNOWN_NAMES.has(error?.name)) return error.message;
  const text = `${error?.message ?? error}\n${error?.log ?? ''}`;
  if (FULL_DISK.test(text)) return SYSTEM_ERRORS.ENOSPC(error);
  if (error?.name === 'StartError') return error.message;
  const known = SYSTEM_ERRORS[error?.code];
  return known ? known(error) : (error?.message ?? String(error));
}
