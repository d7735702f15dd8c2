/** Puts the witness together: its key, the logs it cosigns, its memory, and the port it answers on. */
import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { cosignatureKeyId } from '#lib/note/cosignature.ts';
import { formatVerifierKey, verifierOfKey } from '#lib/note/verifier-key.ts';
import { parseWitnessPolicy, WitnessPolicyError } from '#lib/note/witness-policy.ts';
import { ConfigError } from '#lib/server/config-error.ts';
import type { Sql } from '#lib/server/database.ts';
import type { Logger } from '#lib/server/logger.ts';
import { loadOrMakeKey } from '#lib/server/signing-key.ts';
import { witnessServer } from './http.ts';
import { witnessMemory } from './store.ts';
import type { Witness, WitnessedLog } from './witness.ts';

export interface WitnessSettings {
  readonly name: string;
  readonly port: number;
  /** `log` lines of c2sp.org/tlog-policy: who is cosigned. */
  readonly logsFile: string;
  /** Its own: "MUST use distinct public keys for each cosigner" (c2sp.org/tlog-cosignature). */
  readonly keyFile: string;
  readonly passphrase: string | undefined;
}

export async function openWitness(settings: WitnessSettings, sql: Sql, logger: Logger): Promise<Server> {
  const { spki, sign } = loadOrMakeKey(settings.keyFile, 'ed25519', settings.passphrase);
  const signer = { name: settings.name, key: spki.slice(-32), sign };
  const logs = readLogs(settings.logsFile);
  const now = (): bigint => BigInt(Math.floor(Date.now() / 1000));
  const witness: Witness = { signer, logs, memory: witnessMemory(sql), now };
  const server = witnessServer(witness, logger);
  await new Promise<void>((listening, fail) => {
    server.once('error', fail);
    server.listen(settings.port, listening);
  });
  const vkey = formatVerifierKey({ ...signer, type: 'cosignature', keyId: cosignatureKeyId(signer) });
  logger.info({ vkey, logs: [...logs.keys()] }, 'witness');
  return server;
}

function readLogs(file: string): Map<string, WitnessedLog> {
  try {
    const logs = new Map<string, WitnessedLog>();
    for (const { key } of parseWitnessPolicy(readFileSync(file, 'utf8')).logs) {
      const known = logs.get(key.name);
      logs.set(key.name, {
        verifiers: [...(known?.verifiers ?? []), verifierOfKey(key)],
        allowsExtensions: key.type === 'ed25519' && known?.allowsExtensions !== false,
      });
    }
    return logs;
  } catch (cause) {
    const reason = cause instanceof WitnessPolicyError ? cause.message : 'cannot be read';
    throw new ConfigError(`WITNESS_LOGS_FILE: ${file}: ${reason}.`, { cause });
  }
}
