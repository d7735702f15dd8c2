/** The timestamp endpoints: DER as RFC 3161 §3.4 has it, and the JSON form of sigstore's own authority. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import { toPem } from '#lib/encoding/pem.ts';
import { readTimestampRequest, type TimestampRequest } from '#lib/timestamp/request.ts';
import { TimestampError } from '#lib/timestamp/timestamp-error.ts';
import { readJsonRequest } from './json-request.ts';
import { respond, type TsaDeps } from './respond.ts';

const bodyLimit = 1024 * 1024;

export async function mountTsa(parent: FastifyInstance, deps: TsaDeps): Promise<void> {
  const chainPem = (): string =>
    deps.authority.chain.map(({ encoding }) => toPem('CERTIFICATE', encoding)).join('');
  await parent.register(async (fastify) => {
    readOnly(fastify);
    fastify.addHook('onRequest', async (_, reply) => {
      reply.header('access-control-allow-origin', '*').header('cache-control', 'no-store');
    });
    fastify.setErrorHandler(async (error, request, reply) => {
      const { status, message } = refusal(error);
      if (status >= 500) request.log.error({ err: error }, 'no timestamp');
      return reply.code(status).send({ code: status, message });
    });
    fastify.post('/api/v1/timestamp', { bodyLimit }, async (request, reply) => {
      if (request.body === undefined || request.body === null) return unsupported(reply);
      const response = await respond(deps, request.body as TimestampRequest);
      return reply.type('application/timestamp-reply').send(Buffer.from(response));
    });
    // A page of any origin may ask: no cookie is read here.
    fastify.options('/api/v1/timestamp', async (_, reply) =>
      reply
        .header('access-control-allow-methods', 'POST')
        .header('access-control-allow-headers', 'content-type, accept')
        .header('access-control-max-age', '86400')
        .code(204)
        .send(),
    );
    // What probes of sigstore's own timestamp authority ask.
    fastify.get('/ping', async () => ({ status: 'ok' }));
    fastify.get('/api/v1/timestamp/certchain', async (_, reply) =>
      reply.type('application/pem-certificate-chain').send(chainPem()),
    );
  });
}

/** The two content types there are; everything else is answered 415 before it is read. */
function readOnly(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser(
    'application/timestamp-query',
    { parseAs: 'buffer', bodyLimit },
    async (_: unknown, body: Buffer) => readTimestampRequest(new Uint8Array(body)),
  );
  fastify.addContentTypeParser(
    'application/json',
    { parseAs: 'string', bodyLimit },
    async (_: unknown, body: string) => readJsonRequest(body),
  );
}

function unsupported(reply: FastifyReply): FastifyReply {
  return reply.code(415).send({ code: 415, message: 'A timestamp request is application/timestamp-query.' });
}

function refusal(error: unknown): { status: number; message: string } {
  if (error instanceof TimestampError) return { status: 400, message: error.message };
  const status = (error as { statusCode?: unknown }).statusCode;
  if (status === 413 || status === 415) return { status, message: 'timestamp request is not accepted' };
  if (typeof status === 'number' && status >= 400 && status < 500)
    return { status: 400, message: 'bad request' };
  return { status: 500, message: 'no timestamp can be given at the moment' };
}
