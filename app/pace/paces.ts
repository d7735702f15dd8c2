/** What is counted, and how much of it there is in a minute (shared-pace.ts). */
import type { Config } from '#lib/server/config.ts';
import type { Sql } from '#lib/server/database.ts';
import type { Dependencies } from '../dependencies.ts';
import { isOfApi } from '../api/front/api-front.ts';
import { SharedPace, type Pace, type TakeLot } from './shared-pace.ts';

export interface Paces {
  readonly apiPace: Pace;
  readonly api: SharedPace;
  readonly pages: SharedPace;
  /** Files of many entries, and proofs made anew. */
  readonly exports: SharedPace;
  /** Verifying what was sent: milliseconds of a processor for us, nothing for the asker. */
  readonly verify: SharedPace;
}

export function openPaces(
  { sql, statement }: Pick<Dependencies, 'sql' | 'statement'>,
  { apiRequestsPerMinute: perAddress, allRequestsPerMinute: everyone }: Config,
): Paces {
  const takeLot: TakeLot = async (key, amount) => {
    const [row] = await sql.unsafe<{ used: number; seconds: number }[]>(statement('take-pace'), [
      key,
      String(amount),
    ]);
    if (row === undefined) throw new Error('a count was not kept');
    return row;
  };
  const open = (pace: Pace) => new SharedPace(pace, takeLot);
  const apiPace = { name: 'api', perAddress, everyone, isTold: true };
  return {
    apiPace,
    api: open(apiPace),
    pages: open({ name: 'pages', perAddress: 2 * perAddress, everyone }),
    exports: open({ name: 'exports', perAddress: 120, everyone: 3_000 }),
    verify: open({ name: 'verify', perAddress: 150, everyone: 6_000 }),
  };
}

/** Only these two take files. */
export const verifyAddresses: ReadonlySet<string> = new Set(['/verify', '/api/v1/verify']);
const exportForm = /^\/[ie]\/.*\.(?:atom|csv|json|zip)$|^\/api\/v1\/.*\/(?:export|proof)$/;

/** What a request counts against, beside the API's own pace. */
export function paceOf(paces: Paces, method: string | undefined, path: string): SharedPace | undefined {
  if (method === 'POST' && verifyAddresses.has(path)) return paces.verify;
  if (exportForm.test(path)) return paces.exports;
  if (isOfApi(path) || path.startsWith('/_next/static/')) return undefined;
  return paces.pages;
}

export async function sweepPaces(sql: Sql): Promise<void> {
  await sql`DELETE FROM account_pace WHERE opens_at < now() - interval '5 minutes'`;
}
