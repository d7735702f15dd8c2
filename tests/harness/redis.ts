/** A real redis-server on a free port, in memory; ended when the file's tests are done. */
import { spawn, spawnSync } from 'node:child_process';
import { connect } from 'node:net';
import { eventually } from './eventually.ts';
import { freePorts } from './ports.ts';

export const redisInstalled = spawnSync('redis-server', ['--version']).status === 0;

export async function startRedis(): Promise<{ url: string; stop: () => Promise<void> }> {
  const [port = 0] = await freePorts(1);
  const child = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', ''], {
    stdio: 'ignore',
  });
  await eventually(() => accepts(port));
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    url: `redis://127.0.0.1:${port}`,
    stop: () => {
      child.kill('SIGKILL');
      return ended;
    },
  };
}

function accepts(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve();
    }).once('error', reject);
  });
}
