/** `sigwatch log rotate`, in a process of its own: writes down the new shard, and waits until the log serves it. */
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { keyPassphrase, readConfig, type Config } from '#lib/server/config.ts';
import { loadOrMakeKey } from '#lib/server/signing-key.ts';
import { keyPath } from '../open-log.ts';
import { planOf } from '../shards/plan.ts';
import {
  kindOf,
  readShards,
  rotated,
  RotationError,
  shardKinds,
  writeShards,
  type Shard,
} from '../shards/shard-file.ts';
import { policyLine } from '../witness/open.ts';

const input = z.strictObject({
  kind: z.enum(shardKinds),
  url: z
    .url({ protocol: /^https?$/, error: '--url is not an address that begins with http:// or https://.' })
    .transform((text) => text.replace(/\/+$/, ''))
    .optional(),
  freezeAfterMinutes: z.number().min(0),
  dryRun: z.boolean(),
});
const listed = z.object({ logs: z.array(z.object({ name: z.string() })) });
const patienceMs = 30_000;

async function rotate(): Promise<void> {
  const { kind, url, freezeAfterMinutes, dryRun } = readInput(JSON.parse(process.argv[2] ?? ''));
  const config = readConfig();
  const freezeAt = new Date(Date.now() + freezeAfterMinutes * 60_000);
  const before = readShards(config);
  const after = rotated(before, kind, url, freezeAt);
  const [old, young] = after.filter((one) => kindOf(one) === kind).slice(-2);
  if (old === undefined || young === undefined) throw new RotationError('There is no log to rotate.');
  const until = freezeAt.toISOString();
  const taken =
    kind === 'rekor-v1'
      ? `${young.name} takes entries at ${young.url} from ${until} on; ${old.name} is frozen then and stays readable.\n`
      : `${young.url} takes entries from now on; ${old.name}, at ${old.url}, is frozen at ${until} and stays readable.\n`;
  if (dryRun) {
    process.stdout.write(`Would do: ${taken}`);
    return;
  }
  requireKnownToWitnesses(young, config);
  writeShards(config, after);
  const local = `http://127.0.0.1:${config.log.port}`;
  process.stdout.write(
    (await isServed(local, young.name))
      ? taken
      : `Written down; the log takes it up when it runs. Then: ${taken}`,
  );
}

function readInput(given: unknown): z.infer<typeof input> {
  const parsed = input.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new RotationError(parsed.error.issues.map(({ message }) => message).join(' '));
}

/**
 * A new shard has a new key, which no witness and no policy knows. Where cosignatures are required it would refuse every
 * entry while clients are sent to it already, so its key comes first, and the shard when the key is known.
 */
function requireKnownToWitnesses(young: Shard, config: Config): void {
  const { witnesses } = config;
  const plan = planOf(young);
  if (witnesses?.mode !== 'require' || kindOf(young) === 'rekor-v1') return;
  const path = keyPath(plan, config);
  const isNewKey = !existsSync(path);
  const { spki } = loadOrMakeKey(path, plan.keyType, keyPassphrase(config));
  const { line, isNamed } = policyLine(
    { origin: plan.origin, name: plan.origin, spki },
    witnesses.policyFile,
  );
  // A policy without log lines does not say whether the witnesses know it: whoever comes a second time does.
  if (isNamed ?? !isNewKey) return;
  const where = isNamed === undefined ? '' : `, add it to ${witnesses.policyFile}`;
  throw new RotationError(
    `Cosignatures are required, and no witness knows ${young.name} yet. Nothing is changed but that its key is made. ` +
      `Give this line to the witnesses${where}, and run this again:\n${line}`,
  );
}

async function isServed(local: string, shard: string): Promise<boolean> {
  const deadline = Date.now() + patienceMs;
  while (Date.now() < deadline) {
    const answer = await fetch(`${local}/log_list.json`).catch(() => undefined);
    if (answer === undefined) return false;
    const { logs } = listed.parse(await answer.json());
    if (logs.some(({ name }) => name === shard)) return true;
    await sleep(200);
  }
  throw new RotationError('The log runs and did not take the new shard up: see its log file.');
}

try {
  await rotate();
} catch (error) {
  process.stderr.write(`sigwatch: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof RotationError ? 2 : 1;
}
