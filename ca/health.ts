/** GET /healthz: whether certificates can be had now, and if not, for want of what. */
import type { FastifyInstance } from 'fastify';
import type { Authority } from './keys/authority.ts';
import type { Issuer } from './oidc/issuer.ts';
import type { IssuerKeyCache } from './oidc/issuer-keys.ts';
import type { KnownLogs } from './trust-root/known-logs.ts';
import type { MountedTuf } from './trust-root/tuf/mount.ts';

export interface HealthDeps {
  readonly codeSigning: Authority;
  readonly timestamps: Authority;
  readonly knownLogs: KnownLogs;
  readonly issuerKeys: IssuerKeyCache;
  readonly embeddedIssuer: Issuer;
  /** Why ISSUERS_FILE as it is now is not used. */
  readonly issuersProblem: () => string | undefined;
  readonly tuf: MountedTuf;
  readonly now: () => number;
}

interface Part {
  readonly ok: boolean;
  readonly [detail: string]: unknown;
}

export function mountHealth(fastify: FastifyInstance, deps: HealthDeps): void {
  fastify.get('/healthz', async (_, reply) => {
    const parts = await look(deps);
    const failing = Object.entries(parts).flatMap(([name, { ok }]) => (ok ? [] : [name]));
    const status = failing.length === 0 ? 'SERVING' : 'NOT_SERVING';
    return reply
      .code(failing.length === 0 ? 200 : 503)
      .header('cache-control', 'no-store')
      .send({ status, failing, ...parts });
  });
}

async function look(deps: HealthDeps): Promise<Record<string, Part>> {
  const now = new Date(deps.now());
  const problem = deps.issuersProblem();
  const ctLogs = deps.knownLogs.all().filter(({ kind }) => kind === 'ct');
  return {
    log: {
      ok: (await deps.knownLogs.reachable()) && ctLogs.length > 0,
      known: deps.knownLogs.all().map(({ name }) => name),
    },
    issuer: { ok: await deps.issuerKeys.isReachable(deps.embeddedIssuer), url: deps.embeddedIssuer.url },
    // Not a failure: what held before holds, and to take this process away would end that too.
    issuers: { ok: true, warnings: problem === undefined ? [] : [problem] },
    codeSigning: authority(deps.codeSigning, now),
    timestamps: authority(deps.timestamps, now),
    tuf: { ...deps.tuf.health() },
  };
}

/** Good while every certificate of the chain is; the end is shown so that somebody can renew it in time. */
function authority({ chain }: Authority, now: Date): Part {
  const ends = new Date(Math.min(...chain.map(({ notAfter }) => notAfter.getTime())));
  return { ok: chain.every(({ notBefore }) => notBefore <= now) && now < ends, ends: ends.toISOString() };
}
