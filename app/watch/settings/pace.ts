/** How a watch wants to be told, and what it takes in besides its name. */
import { z } from 'zod';
import { isTimeZone } from '#lib/rules/pace.ts';
import type { Transaction } from '#lib/server/database.ts';
import type { Dependencies } from '../../dependencies.ts';
import type { OwnWatch } from './asked.ts';

const ticked = z
  .literal('on')
  .optional()
  .transform((value) => value === 'on');
const hour = z
  .string()
  .regex(/^(?:|[01]?\d|2[0-3])$/)
  .transform((text) => (text === '' ? null : Number(text)));

export const paceForm = z.strictObject({
  act: z.literal('pace'),
  notable: z.enum(['auto', 'at-once', 'hourly']),
  quietFrom: hour,
  quietUntil: hour,
  quietZone: z.string().trim().max(60).refine(isTimeZone, 'not a time zone'),
  digest: ticked,
  intents: ticked,
  tagged: ticked,
});

export type Pace = Omit<z.infer<typeof paceForm>, 'act'>;

export async function readPace(
  { prisma }: Pick<Dependencies, 'prisma'>,
  { id }: Pick<OwnWatch, 'id'>,
): Promise<Pace> {
  const select = {
    notable: true,
    quietFrom: true,
    quietUntil: true,
    quietZone: true,
    digest: true,
    intents: true,
    tagged: true,
  };
  const row = await prisma.accountWatch.findUniqueOrThrow({ where: { id }, select });
  const notable = z.enum(['auto', 'at-once', 'hourly']).catch('auto').parse(row.notable);
  return { ...row, notable };
}

/** Quiet hours need both ends; intents need a team, which is who announces. */
export async function setPace(
  transaction: Transaction,
  { id, teamId }: Pick<OwnWatch, 'id' | 'teamId'>,
  { notable, quietFrom, quietUntil, quietZone, digest, intents, tagged }: Pace,
): Promise<boolean> {
  const isWhole = quietFrom !== null && quietUntil !== null;
  const changed = await transaction`
    UPDATE account_watch
    SET notable = ${notable}, quiet_from = ${isWhole ? quietFrom : null}, quiet_until = ${isWhole ? quietUntil : null},
      quiet_zone = ${quietZone}, digest = ${digest}, tagged = ${tagged}, intents = ${intents && teamId !== null}
    WHERE id = ${id}`;
  return changed.count > 0;
}
