/** `sigwatch log incidents` and `log resolve`, in a process of its own: the tables of the monitor are written here alone. */
import { z } from 'zod';
import { readConfig, requireDatabaseUrl } from '#lib/server/config.ts';
import { openSql } from '#lib/server/database.ts';
import { listIncidents, NoOpenIncident, resolveIncident } from '../follow/answer-incident.ts';

const input = z.union([
  z.strictObject({ all: z.boolean() }),
  z.strictObject({ id: z.string(), why: z.string().min(1).max(2000) }),
]);

async function run(): Promise<string> {
  const asked = input.parse(JSON.parse(process.argv[2] ?? ''));
  const sql = openSql(requireDatabaseUrl(readConfig()), { max: 1, name: 'incidents' });
  try {
    return await ('id' in asked ? resolveIncident(sql, asked.id, asked.why) : listIncidents(sql, asked.all));
  } finally {
    await sql.end({ timeout: 1 });
  }
}

try {
  process.stdout.write(await run());
} catch (error) {
  process.stderr.write(`sigwatch: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof NoOpenIncident ? 2 : 1;
}
