/** Serves the trust files; 503 while the log has never been heard, since half a trust root verifies nothing. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Config } from '#lib/server/config.ts';
import type { KnownAuthority } from './known-authorities.ts';
import type { KnownLogs } from './known-logs.ts';
import { clientTrustConfig, isComplete, signingConfig, trustedRoot, type TrustMaterial } from './publish.ts';

export interface TrustRootDeps {
  readonly config: Config;
  readonly knownLogs: KnownLogs;
  readonly authorities: () => readonly KnownAuthority[];
}

export function mountTrustRoot(
  fastify: FastifyInstance,
  { config, knownLogs, authorities }: TrustRootDeps,
): void {
  const serve = (path: string, render: (material: TrustMaterial) => object): void => {
    fastify.get(path, async (_, reply) => {
      const material = { config, logs: knownLogs.all(), authorities: authorities() };
      if (!isComplete(material)) return notYet(reply);
      return reply
        .header('cache-control', 'public, max-age=60')
        .header('access-control-allow-origin', '*')
        .send(render(material));
    });
  };
  serve('/trusted_root.json', trustedRoot);
  serve('/signing_config.v0.2.json', (material) => signingConfig(material, new Date()));
  serve('/client_trust_config.json', (material) => clientTrustConfig(material, new Date()));
}

function notYet(reply: FastifyReply): FastifyReply {
  return reply
    .code(503)
    .header('retry-after', '1')
    .send({ error: 'log-not-known', message: 'The logs of this instance have not been reached yet.' });
}
