/**
 * Stops this process' children when it ends without having done so, SIGKILL included: a shell that holds the other
 * end of a pipe, and signals the pids that it was told of once the pipe closes.
 */
import { spawn, type ChildProcess } from 'node:child_process';

/** After the pipe closed: each pid gets its signal, and SIGKILL when it still runs 5 s later. */
const SCRIPT = `
trap '' INT TERM HUP
held=' '
while read -r operation pid name; do
  case $operation in
    hold) held="$held$pid:$name " ;;
    free) left=' '; for entry in $held; do [ "\${entry%%:*}" = "$pid" ] || left="$left$entry "; done; held=$left ;;
  esac
done
for entry in $held; do kill -s "\${entry##*:}" -- "\${entry%%:*}" 2> /dev/null; done
turn=0
while [ $turn -lt 50 ]; do
  running=
  for entry in $held; do kill -s 0 -- "\${entry%%:*}" 2> /dev/null && running=1; done
  [ -z "$running" ] && exit 0
  sleep 0.1
  turn=$((turn + 1))
done
for entry in $held; do kill -s KILL -- "\${entry%%:*}" 2> /dev/null; done
`;

let shell: ChildProcess | undefined;

function tell(line: string): void {
  if (shell?.stdin?.writable !== true) {
    shell = spawn('/bin/sh', ['-c', SCRIPT], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
    // A guardian that could not start or went away costs the safety net, nothing else.
    shell.on('error', () => {});
    shell.stdin?.on('error', () => {});
    shell.unref();
    (shell.stdin as unknown as { unref?: () => void } | null)?.unref?.();
  }
  shell.stdin?.write(`${line}\n`);
}

/** From now on `pid` does not outlive this process; a negative one stands for a process group. */
export function hold(pid: number, stopSignal: NodeJS.Signals): void {
  tell(`hold ${pid} ${stopSignal.replace(/^SIG/, '')}`);
}

/** `pid` has ended: its number may belong to another process soon. */
export function release(pid: number): void {
  tell(`free ${pid} -`);
}
