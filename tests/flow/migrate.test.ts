import { expect, it } from 'vitest';
import { openPrisma } from '#lib/server/database.ts';
import { migrate } from '#lib/server/migrate.ts';
import { freshDatabase } from '#tests/harness/database.ts';

const database = await freshDatabase();

it('applies each migration once, and says which one was changed afterwards', async () => {
  expect(await migrate(database.sql)).toEqual([]);
  await database.sql`UPDATE _prisma_migrations SET checksum = 'other'`;
  await expect(migrate(database.sql)).rejects.toThrow(/20261123000000_first was changed/);
});

it('leaves tables that the generated client can read, every model', async () => {
  const prisma = openPrisma(database.url, { max: 1 });
  const counts = await Promise.all([
    prisma.caOidcRecord.findMany(),
    prisma.caLoginCode.findMany(),
    prisma.caFreeze.findMany(),
    prisma.caFreezeEvent.findMany(),
    prisma.logHead.findMany(),
    prisma.logKnown.findMany(),
    prisma.monitorLog.findMany(),
    prisma.monitorCheckpoint.findMany(),
    prisma.monitorIncident.findMany(),
    prisma.monitorEntry.findMany(),
    prisma.monitorIdentity.findMany(),
    prisma.matchMatch.findMany(),
    prisma.alertAlert.findMany(),
    prisma.mailOutbox.findMany(),
    prisma.mailMailbox.findMany(),
    prisma.accountWatch.findMany(),
    prisma.accountAnswer.findMany(),
  ]);
  expect(counts.flat()).toEqual([]);
  await prisma.$disconnect();
});
