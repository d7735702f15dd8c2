/** Everything that was said of an alert, newest first. */
import type { Dependencies } from '../dependencies.ts';

export interface SaidBefore {
  readonly answer: string;
  readonly by: string;
  readonly via: string;
  readonly reason: string | null;
  readonly at: Date;
  readonly undoneAt: Date | null;
  readonly undoneBy: string | null;
}

export async function answersOf(
  { prisma }: Pick<Dependencies, 'prisma'>,
  alertId: string,
): Promise<SaidBefore[]> {
  return prisma.accountAnswer.findMany({
    where: { alertId },
    orderBy: { id: 'desc' },
    select: { answer: true, by: true, via: true, reason: true, at: true, undoneAt: true, undoneBy: true },
  });
}
