/** `/internal/freezes`: how the rest of this instance stops certificates. Without the secret nothing is here. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { endFreezeBody, freezeQuery, putFreezeBody } from '#lib/server/freezes.ts';
import { holdsSecret } from '#lib/server/internal-secret.ts';
import type { FreezeStore } from './store.ts';

export interface FreezeHttpDeps {
  readonly store: FreezeStore;
  readonly secret: string;
}

export async function mountFreezes(
  parent: FastifyInstance,
  { store, secret }: FreezeHttpDeps,
): Promise<void> {
  await parent.register(async (fastify) => {
    fastify.addHook('onRequest', async (request, reply) => {
      reply.header('cache-control', 'no-store');
      if (holdsSecret(request.headers.authorization, secret)) return undefined;
      request.log.warn({ address: request.ip }, 'internal API refused');
      return reply.code(401).send({ code: 16, message: 'Not for you', details: [] });
    });
    fastify.setErrorHandler(async (error, request, reply) => {
      const bad = error instanceof z.ZodError || (error as { statusCode?: number }).statusCode === 400;
      if (!bad) request.log.error({ err: error }, 'internal API failed');
      return reply.code(bad ? 400 : 500).send({ message: bad ? 'Not a freeze.' : 'Internal error' });
    });
    fastify.put('/internal/freezes', async (request) => {
      const asked = putFreezeBody.parse(request.body);
      request.log.warn(asked, 'freeze');
      return { freeze: await store.put(asked) };
    });
    fastify.delete('/internal/freezes', async (request) => {
      const asked = endFreezeBody.parse(request.body);
      const ended = await store.end(asked);
      request.log.warn({ ...asked, ended }, 'freeze ended');
      return { ended };
    });
    fastify.get('/internal/freezes', async ({ query }) => {
      const everything = Object.keys(query as object).length === 0;
      return { freezes: await store.list(everything ? undefined : freezeQuery.parse(query)) };
    });
  });
}
