/** `sigwatch log incidents` and `log resolve` against a database. */
import { expect, it } from 'vitest';
import { listIncidents, resolveIncident } from '#workers/follow/answer-incident.ts';
import { freshDatabase } from '#tests/harness/database.ts';

const { sql } = await freshDatabase();

it('shows both statements, resolves once with the reason, and nothing that is not open', async () => {
  await sql`
    INSERT INTO monitor_incident (log_id, kind, detail, before, after)
    VALUES ('rekor2-0', 'fork', 'It signed two\u001b[2J trees.', ${'log\n1\nAAAA\n'}, ${'log\n1\nBBBB\n'})`;
  const told = (all: boolean) => listIncidents(sql, all);
  const open = await told(false);
  expect(open).toContain('AAAA');
  expect(open).toContain('BBBB');
  expect(open).not.toContain('\u001b');
  const id = open.slice(0, 36);
  await resolveIncident(sql, id, 'a restored backup');
  expect(await told(false)).toBe('No incidents.\n');
  expect(await told(true)).toContain('why: a restored backup');
  for (const not of [id, 'x'])
    await expect(resolveIncident(sql, not, 'again')).rejects.toThrow('is no open incident');
});
