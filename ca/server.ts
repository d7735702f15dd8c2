/** The HTTP server of the authority: request ids, one structured line a request, and no word about the inside. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { fastify, LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import type { Logger } from '#lib/server/logger.ts';

const acceptedRequestId = /^[A-Za-z0-9_.:-]{1,64}$/;

export function createServer(logger: Logger, proxyHops: number): FastifyInstance {
  const server = fastify({
    // Limits count by address: ours to know only from the connection, or from proxies of our own.
    trustProxy: (_, hop) => hop < proxyHops,
    loggerInstance: logger as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId,
    requestTimeout: 60_000,
    keepAliveTimeout: 75_000,
    // Go clients join paths to an address that ends in a slash.
    routerOptions: { ignoreDuplicateSlashes: true },
  });
  server.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id).header('x-content-type-options', 'nosniff');
  });
  server.addHook('onResponse', async (request, reply) => {
    const took = { status: reply.statusCode, ms: Math.round(reply.elapsedTime) };
    // The route, not the address: what strangers put in addresses is no business of the log.
    request.log.info(
      { method: request.method, route: request.routeOptions.url ?? 'none', ...took },
      'request',
    );
  });
  server.setNotFoundHandler(async (_, reply) =>
    // A page that asked must be able to read that there is nothing.
    reply
      .header('access-control-allow-origin', '*')
      .code(404)
      .send({ code: 5, message: 'Not Found', details: [] }),
  );
  return server;
}

/** A proxy's id is kept when it is one, so that its line and ours can be laid side by side. */
function genReqId(request: IncomingMessage): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && acceptedRequestId.test(given) ? given : randomUUID();
}
