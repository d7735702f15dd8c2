/**
 * PostgreSQL does not notice that whoever started it was killed. A shell that waits at a pipe does: the pipe ends with
 * us, however we end. A moment later, so that those who still use the database can close what they have open.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { Socket } from 'node:net';

const waitThenEnd = 'read -r line; sleep 2; kill -INT "$0"';

export function endWithUs(server: ChildProcess): void {
  if (server.pid === undefined) return;
  const watcher = spawn('sh', ['-c', waitThenEnd, String(server.pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  watcher.on('error', () => undefined);
  watcher.stdin.on('error', () => undefined);
  // Neither the shell nor its pipe keeps this process running.
  watcher.unref();
  if (watcher.stdin instanceof Socket) watcher.stdin.unref();
  server.once('exit', () => watcher.kill('SIGKILL'));
}
