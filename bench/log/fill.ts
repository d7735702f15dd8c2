/** A log of many entries, through the sequencer itself: what is left out is HTTP and the checking of signatures. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { leafHash } from '#lib/merkle/leaf-hash.ts';
import { readConfig } from '#lib/server/config.ts';
import { createLogger } from '#lib/server/logger.ts';
import { openLog } from '#log/open-log.ts';
import { rekorBundle } from '#log/rekor/bundle.ts';
import { Scope } from '#log/scope.ts';

const atOnce = 4096;
const recordBytes = 1_200;

const logger = createLogger('log', 'warn');
const config = readConfig();
const scope = new Scope(logger, (error) => {
  throw error;
});
const { sequencer } = await openLog(
  {
    name: 'rekor-v2',
    kind: 'rekor-v2',
    origin: 'localhost',
    baseUrl: config.log.url,
    keyType: 'ed25519',
    codec: rekorBundle,
  },
  { config, logger, lifetime: scope },
);
const wanted = BigInt(process.argv[2] ?? '0');
const filler = randomBytes(recordBytes / 2).toString('hex');
while (sequencer.published.head.size < wanted) {
  const records = Array.from({ length: atOnce }, () => Buffer.from(randomBytes(32).toString('hex') + filler));
  await Promise.all(
    records.map((record) => {
      const hash = leafHash(record);
      return sequencer.add({ identity: hash, leafHash: hash, record });
    }),
  );
}
await scope.close();
process.stdout.write(`filled ${join(config.dataDir, 'log')}\n`);
process.exit(0);
