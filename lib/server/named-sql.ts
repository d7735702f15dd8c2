/** Reads prisma/sql/NAME.sql: statements that carry a guarantee live in files a person can review on their own. */
import { readFileSync } from 'node:fs';

export function namedSql(name: string): string {
  return readFileSync(new URL(`../../prisma/sql/${name}.sql`, import.meta.url), 'utf8');
}
