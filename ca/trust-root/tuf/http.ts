/**
 * Serves the repository as it lies on disk. What has a version or a hash in its name never changes; the two files that
 * do are never cached, and neither is a 404: clients look for the next root until they are told there is none.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FastifyInstance, FastifyReply } from 'fastify';

const metadataName = /^(timestamp|root|[1-9][0-9]{0,8}\.(root|snapshot|targets))\.json$/;
const targetName = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,199}$/;
const fixedName = /^([1-9][0-9]*|[0-9a-f]{64})\./;

export function serveRepository(fastify: FastifyInstance, folder: string): void {
  fastify.get<{ Params: { name: string } }>('/tuf/:name', ({ params: { name } }, reply) =>
    metadataName.test(name) ? send(reply, folder, name) : missing(reply),
  );
  fastify.get<{ Params: { name: string } }>('/tuf/targets/:name', ({ params: { name } }, reply) =>
    targetName.test(name) ? send(reply, join(folder, 'targets'), name) : missing(reply),
  );
}

async function send(reply: FastifyReply, folder: string, name: string): Promise<FastifyReply> {
  const bytes = await readFile(join(folder, name)).catch(() => undefined);
  if (bytes === undefined) return missing(reply);
  return reply
    .header('cache-control', fixedName.test(name) ? 'public, max-age=31536000, immutable' : 'no-cache')
    .header('access-control-allow-origin', '*')
    .type(name.endsWith('.json') ? 'application/json' : 'application/octet-stream')
    .send(bytes);
}

function missing(reply: FastifyReply): FastifyReply {
  return reply
    .code(404)
    .header('cache-control', 'no-store')
    .send({ code: 5, message: 'Not Found', details: [] });
}
