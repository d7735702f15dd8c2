/** `sigwatch log rotate`, in a process of its own: writes down the new shard, and waits until the log serves it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { readConfig } from '#lib/server/config.ts';
import { readShards, rotated, RotationError, writeShards } from '../shards/shard-file.ts';

const input = z.strictObject({
  url: z.url({ protocol: /^https?$/ }).transform((text) => text.replace(/\/+$/, '')),
  freezeAfterMinutes: z.number().min(0),
  dryRun: z.boolean(),
});
const listed = z.object({ logs: z.array(z.object({ baseUrl: z.string(), origin: z.string() })) });
const patienceMs = 30_000;

async function rotate(): Promise<void> {
  const { url, freezeAfterMinutes, dryRun } = input.parse(JSON.parse(process.argv[2] ?? ''));
  const config = readConfig();
  const freezeAt = new Date(Date.now() + freezeAfterMinutes * 60_000);
  const before = readShards(config);
  const after = rotated(before, url, freezeAt);
  const old = before.at(-1)?.url ?? '';
  const told = `${url} takes entries from now on; ${old} is frozen at ${freezeAt.toISOString()} and stays readable.\n`;
  if (dryRun) {
    process.stdout.write(`Would do: ${told}`);
    return;
  }
  writeShards(config, after);
  const local = `http://127.0.0.1:${config.log.port}`;
  process.stdout.write(
    (await isServed(local, url)) ? told : `Written down; the log takes it up when it runs. Then: ${told}`,
  );
}

async function isServed(local: string, url: string): Promise<boolean> {
  const deadline = Date.now() + patienceMs;
  while (Date.now() < deadline) {
    const answer = await fetch(`${local}/log_list.json`).catch(() => undefined);
    if (answer === undefined) return false;
    const { logs } = listed.parse(await answer.json());
    if (logs.some(({ baseUrl }) => baseUrl === url)) return true;
    await sleep(200);
  }
  throw new RotationError('The log runs and did not take the new shard up: see its log file.');
}

try {
  await rotate();
} catch (error) {
  process.stderr.write(`sigwatch: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof RotationError || error instanceof z.ZodError ? 2 : 1;
}
