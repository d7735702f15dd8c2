/** Puts the witness together: its key, the logs it cosigns, its memory, and the port it answers on. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { cosignatureKeyId, type CosignatureKey } from '#lib/note/cosignature.ts';
import { formatVerifierKey, verifierOfKey } from '#lib/note/verifier-key.ts';
import { parseWitnessPolicy, WitnessPolicyError } from '#lib/note/witness-policy.ts';
import { ConfigError } from '#lib/server/config-error.ts';
import type { Sql } from '#lib/server/database.ts';
import { writeDurably } from '#lib/server/durable-file.ts';
import type { Logger } from '#lib/server/logger.ts';
import { witnessServer } from './http.ts';
import { witnessMemory } from './store.ts';
import type { Witness, WitnessedLog } from './witness.ts';

export interface WitnessSettings {
  readonly name: string;
  readonly port: number;
  /** `log` lines of c2sp.org/tlog-policy: who is cosigned. */
  readonly logsFile: string;
  readonly keyFile: string;
}

export async function openWitness(settings: WitnessSettings, sql: Sql, logger: Logger): Promise<Server> {
  const signer = { name: settings.name, ...loadOrMakeKey(settings.keyFile) };
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

/** Its own key: "MUST use distinct public keys for each cosigner" (c2sp.org/tlog-cosignature). */
function loadOrMakeKey(
  file: string,
): Pick<CosignatureKey, 'key'> & { sign(message: Uint8Array): Uint8Array } {
  if (!existsSync(file)) {
    const made = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' });
    writeDurably(file, made.toString(), { mode: 0o600 });
  }
  const key: KeyObject = createPrivateKey(readFileSync(file));
  if (key.asymmetricKeyType !== 'ed25519') throw new ConfigError(`${file} does not hold an Ed25519 key.`);
  const spki = createPublicKey(key).export({ type: 'spki', format: 'der' });
  return {
    key: Uint8Array.from(spki.subarray(-32)),
    sign: (message) => Uint8Array.from(sign(null, message, key)),
  };
}
