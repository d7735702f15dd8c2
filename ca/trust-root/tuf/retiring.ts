/**
 * Keys that a rotation replaced. They go on signing beside their successors for a while, so that a client that read the
 * root a moment before the rotation still accepts what it reads a moment after; then their files are removed.
 */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { writeDurably } from '#lib/server/durable-file.ts';
import { dayMs } from './renewal.ts';
import type { RoleKey } from './role-keys.ts';

/** As long as a timestamp lives: longer than any client or cache holds an old root. */
export const overlapMs = 7 * dayMs;

const list = z.array(z.object({ name: z.string().regex(/^[a-z0-9.-]+$/), until: z.iso.datetime() }));

export function retire(folder: string, keys: readonly RoleKey[], until: Date): void {
  const added = keys.map(({ file }) => ({ name: basename(file), until: until.toISOString() }));
  write(folder, [...read(folder), ...added]);
}

export function removeRetired(folder: string, now: Date): void {
  const all = read(folder);
  const over = all.filter(({ until }) => new Date(until) <= now);
  if (over.length === 0) return;
  for (const { name } of over) rmSync(join(folder, name), { force: true });
  write(
    folder,
    all.filter((entry) => !over.includes(entry)),
  );
}

function read(folder: string): z.infer<typeof list> {
  const file = join(folder, 'retiring.json');
  return existsSync(file) ? list.parse(JSON.parse(readFileSync(file, 'utf8'))) : [];
}

function write(folder: string, entries: z.infer<typeof list>): void {
  writeDurably(join(folder, 'retiring.json'), `${JSON.stringify(entries)}\n`, { mode: 0o600 });
}
