/** What accounts need done without anybody asking. One web process at a time does it; any may be gone at any moment. */
import type { Dependencies } from '../dependencies.ts';
import type { AuditLog } from './audit-log.ts';
import { logSignedActs } from './audit-log.ts';
import { sweepSignInCodes } from './login/email-code.ts';
import type { OwnershipWorld } from './ownership/check.ts';
import { recheckOwnership } from './ownership/recheck.ts';
import { spareOthers } from '../freezes/spare-others.ts';
import { sweepPaces } from '../pace/paces.ts';
import { sweepSecrets } from './secret.ts';
import { sweepSessions } from './session.ts';

export interface Tending {
  readonly deps: Pick<Dependencies, 'sql' | 'config' | 'renderLetter' | 'logger' | 'now' | 'freezes'>;
  readonly world: OwnershipWorld;
  readonly auditLog: AuditLog;
}

const everyMs = 15_000;
const sweepEvery = 40;
// Any constant that no other lock uses.
const lock = 7_237_461_104;

/** Returns what stops it. */
export function tendAccounts(tending: Tending): () => Promise<void> {
  let turn = 0;
  let running: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    running = running.then(() => tendOnce(tending, turn++ % sweepEvery === 0));
  }, everyMs);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await running;
  };
}

/** Each duty by itself: one that fails keeps no other from being done. */
async function tendOnce({ deps, world, auditLog }: Tending, isSweep: boolean): Promise<void> {
  const { sql, logger } = deps;
  const duties: [string, () => Promise<unknown>][] = [
    ['signing the record into the log', () => logSignedActs(auditLog)],
    ['sweeping counts', () => sweepPaces(sql)],
    ['checking proofs of ownership', () => recheckOwnership(deps, world, deps.now())],
    ['sparing the runs of others', () => spareOthers(deps)],
    ...(isSweep
      ? ([
          ['sweeping sessions', () => sweepSessions(sql)],
          ['sweeping secrets', () => sweepSecrets(sql)],
          ['sweeping codes', () => sweepSignInCodes(sql, deps.config)],
        ] as [string, () => Promise<unknown>][])
      : []),
  ];
  try {
    await sql.begin(async (holding) => {
      const [held] = await holding<{ held: boolean }[]>`SELECT pg_try_advisory_xact_lock(${lock}) AS held`;
      if (held?.held !== true) return;
      for (const [name, duty] of duties)
        await duty().catch((error: unknown) =>
          // One line: a log that is away for a while must not fill ours.
          logger.warn(
            { reason: error instanceof Error ? error.message : String(error) },
            `${name} failed; tried again soon`,
          ),
        );
    });
  } catch (error) {
    logger.warn({ err: error }, 'accounts could not be tended; tried again soon');
  }
}
