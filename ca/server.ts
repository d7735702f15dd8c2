/** The HTTP server of the authority: request ids, one structured line a request, and no word about the inside. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import {
  fastify,
  LogController,
  type FastifyBaseLogger,
  type FastifyInstance,
  type HTTPMethods,
} from 'fastify';
import { connectionOptions, guardConnections } from '#lib/server/connection-guard.ts';
import type { Logger } from '#lib/server/logger.ts';

const acceptedRequestId = /^[A-Za-z0-9_.:-]{1,64}$/;

export function createServer(logger: Logger, proxyHops: number): FastifyInstance {
  const server = fastify({
    // Limits count by address: ours to know only from the connection, or from proxies of our own.
    trustProxy: (_, hop) => hop < proxyHops,
    loggerInstance: logger as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId,
    http: connectionOptions,
    // Go clients join paths to an address that ends in a slash.
    routerOptions: { ignoreDuplicateSlashes: true },
  });
  guardConnections(server.server);
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
  server.setNotFoundHandler(async (request, reply) => {
    const allowed = methodsOf(server, request.url.split('?', 1)[0] ?? '/');
    // A page that asked must be able to read that there is nothing.
    reply.header('access-control-allow-origin', '*');
    return allowed.length === 0
      ? reply.code(404).send({ code: 5, message: 'Not Found', details: [] })
      : reply
          .header('allow', allowed.join(', '))
          .code(405)
          .send({ code: 12, message: 'Method Not Allowed', details: [] });
  });
  return server;
}

/** RFC 9110 §15.5.6: a path that is there says what it takes. */
function methodsOf(server: FastifyInstance, url: string): string[] {
  return ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS'].filter((method) =>
    server.hasRoute({ url, method: method as HTTPMethods }),
  );
}

/** A proxy's id is kept when it is one, so that its line and ours can be laid side by side. */
function genReqId(request: IncomingMessage): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && acceptedRequestId.test(given) ? given : randomUUID();
}
