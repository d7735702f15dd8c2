/** The weekly mail alone: the link in it stops it for every watch of that address, and alerts go on. */
import type { Dependencies } from '../../dependencies.ts';

export function isAboutDigest(only: string | string[] | null | undefined): boolean {
  return only === 'digest';
}

export async function stopDigest({ sql }: Pick<Dependencies, 'sql'>, stopToken: string): Promise<void> {
  await sql`
    UPDATE account_watch SET digest = false
    WHERE email = (SELECT email FROM account_watch WHERE stop_token = ${stopToken})`;
}
