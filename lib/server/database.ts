/**
 * The two ways to PostgreSQL: postgres.js for hot paths (named files in prisma/sql), Prisma for ordinary queries.
 * Both pools count against max_connections; each main.ts opens what its process needs and closes it on shutdown.
 */
import { PrismaPg } from '@prisma/adapter-pg';
import postgres from 'postgres';
import { PrismaClient } from '#prisma/client/client.ts';

export type Sql = postgres.Sql<{ bigint: bigint }>;
export type Transaction = postgres.TransactionSql<{ bigint: bigint }>;
export type { PrismaClient };

/**
 * int8 columns arrive as bigint, bytea as Buffer, timestamptz as Date, jsonb parsed. `lasting`: connections are never
 * renewed, for one that holds a session lock.
 */
export function openSql(url: string, options: { max: number; name: string; lasting?: boolean }): Sql {
  return postgres(url, {
    max: options.max,
    ...(options.lasting === true ? { max_lifetime: null } : {}),
    // Prisma's adapter reads a time without looking at its zone: every session speaks UTC, whatever the machine does.
    connection: { application_name: `sigwatch-${options.name}`, TimeZone: 'UTC' },
    types: { bigint: postgres.BigInt },
    onnotice: () => undefined,
  });
}

export function openPrisma(url: string, options: { max: number }): PrismaClient {
  return new PrismaClient({
    adapter: new PrismaPg({ connectionString: url, max: options.max, options: '-c TimeZone=UTC' }),
  });
}
