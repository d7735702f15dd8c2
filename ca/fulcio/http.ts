/** The Fulcio endpoints: version 2 for today's clients, version 1 for cosign 2 and gitsign. Open to pages of any origin. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { toHex } from '#lib/encoding/bytes.ts';
import { toPem } from '#lib/encoding/pem.ts';
import type { Authority } from '../keys/authority.ts';
import { isBuildType } from '../oidc/ci-providers.ts';
import type { Issuer } from '../oidc/issuer.ts';
import { errorResponse } from './error-response.ts';
import { issue, type IssueDeps, type IssuedCertificate } from './issue.ts';
import { readV1Request, readV2Request, type SigningRequest } from './request.ts';

const bodyLimit = 4 * 1024 * 1024;
const pemChain = 'application/pem-certificate-chain';

export interface FulcioDeps extends IssueDeps {
  /** Issue later, are trusted already: the log must accept their chains before the first certificate. */
  readonly announced: readonly Authority[];
  /** DER, issued until lately: their last certificates are still in use. */
  readonly closing: readonly (readonly Uint8Array[])[];
}

export async function mountFulcio(parent: FastifyInstance, deps: FulcioDeps): Promise<void> {
  await parent.register(async (fastify) => {
    openToAllOrigins(fastify);
    fastify.setErrorHandler(async (error, request, reply) => {
      const { status, body } = errorResponse(error, request.id);
      const log = status >= 500 ? 'error' : 'info';
      request.log[log]({ err: status >= 500 ? error : undefined, details: body.details }, 'not issued');
      return reply.code(status).send(body);
    });
    mountIssuing(fastify, deps);
    mountReading(fastify, deps);
  });
}

function mountIssuing(fastify: FastifyInstance, deps: IssueDeps): void {
  const issueLogged = async (request: FastifyRequest, read: SigningRequest): Promise<string[]> => {
    // A copy: one issuance keeps one authority, even when the next takes over meanwhile.
    const issued = await issue({ ...deps }, read);
    request.log.info(describe(issued), 'issued');
    return issued.chain.map(pem);
  };
  fastify.post('/api/v2/signingCert', { bodyLimit }, async (request) => {
    const certificates = await issueLogged(
      request,
      readV2Request(request.body, request.headers.authorization),
    );
    return { signedCertificateEmbeddedSct: { chain: { certificates } } };
  });
  fastify.post('/api/v1/signingCert', { bodyLimit }, async (request, reply) => {
    const certificates = await issueLogged(
      request,
      readV1Request(request.body, request.headers.authorization),
    );
    return reply.code(201).type(pemChain).send(certificates.join('\n'));
  });
}

function mountReading(fastify: FastifyInstance, deps: FulcioDeps): void {
  const { token } = deps;
  const derChainOf = ({ chain }: Authority) => chain.map(({ encoding }) => encoding);
  const pemChainOf = (authority: Authority) => derChainOf(authority).map(pem);
  const configuration = () => ({
    issuers: [
      ...token.issuers.listed.map((issuer) => ({ issuerUrl: issuer.url, ...describeIssuer(issuer) })),
      ...token.issuers.wildcards.map(({ pattern, issuer }) => ({
        wildcardIssuerUrl: pattern,
        ...describeIssuer(issuer),
      })),
    ],
  });
  fastify.get('/api/v2/trustBundle', async () => ({
    chains: [...[deps.authority, ...deps.announced].map(derChainOf), ...deps.closing].map((chain) => ({
      certificates: chain.map(pem),
    })),
  }));
  fastify.get('/api/v2/configuration', async () => configuration());
  fastify.get('/api/v1/rootCert', async (_, reply) =>
    reply.type(pemChain).send(pemChainOf(deps.authority).join('\n')),
  );
}

function describeIssuer(issuer: Issuer): object {
  return {
    audience: issuer.audience,
    challengeClaim: issuer.type === 'email' ? 'email' : 'sub',
    spiffeTrustDomain: issuer.type === 'spiffe' ? issuer.trustDomain : '',
    issuerType: typeOf(issuer),
    subjectDomain: issuer.type === 'uri' || issuer.type === 'username' ? issuer.subjectDomain : '',
    skipEmailVerification: issuer.type === 'email' && !issuer.requireVerified,
  };
}

/** Which service's builds, where Fulcio has a type for them: by the address alone a reader cannot tell. */
function typeOf(issuer: Issuer): string {
  if (issuer.type !== 'ci-provider') return issuer.type;
  const { name } = issuer.provider;
  return isBuildType(name) ? name : issuer.type;
}

/** Public anyway: the log shows the same. */
function describe({ serial, identity }: IssuedCertificate): object {
  return { serial: toHex(serial), identity: identity.subjectAltName.value, issuer: identity.claims.issuer };
}

/** No cookies are read here, so any page may ask; the token is what counts. */
function openToAllOrigins(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', async (_, reply) => {
    reply.header('access-control-allow-origin', '*').header('cache-control', 'no-store');
  });
  const preflight = async (_: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> =>
    reply
      .header('access-control-allow-methods', 'GET, POST')
      .header('access-control-allow-headers', 'authorization, content-type, accept')
      .header('access-control-max-age', '86400')
      .code(204)
      .send();
  for (const path of [
    '/api/v2/signingCert',
    '/api/v2/trustBundle',
    '/api/v2/configuration',
    '/api/v1/signingCert',
  ]) {
    fastify.options(path, preflight);
  }
}

/** Clients split on line ends and expect none at the end. */
function pem(der: Uint8Array): string {
  return toPem('CERTIFICATE', der).trimEnd();
}
