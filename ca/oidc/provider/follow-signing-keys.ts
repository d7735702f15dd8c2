/** The issuer with the signing keys that hold now: the library takes its keys once, so a new set is a new issuer. */
import type { FastifyInstance } from 'fastify';
import type Provider from 'oidc-provider';
import type { JWK } from 'oidc-provider';
import type { Logger } from '#lib/server/logger.ts';
import type { SigningKeys } from './signing-keys.ts';

export interface Issuing {
  /** Ask for it with each request; sign-ins that are under way are in the database and go on. */
  readonly provider: Provider;
  readonly signingKeys: readonly JWK[];
}

export interface FollowSigningKeysDeps {
  readonly fastify: FastifyInstance;
  readonly logger: Logger;
  readonly keys: SigningKeys;
  open(signingKeys: readonly JWK[]): Provider;
}

const lookEveryMs = 5_000;

export function followSigningKeys({ fastify, logger, keys, open }: FollowSigningKeysDeps): Issuing {
  let current = keys.current();
  let provider = open(current);
  const look = (): void => {
    try {
      const found = keys.current();
      if (JSON.stringify(found) === JSON.stringify(current)) return;
      provider = open(found);
      current = found;
      logger.info({ published: found.length }, 'the keys of the OpenID issuer changed');
    } catch (error) {
      logger.error({ err: error }, 'the keys of the OpenID issuer cannot be read; those of before hold');
    }
  };
  const timer = setInterval(look, lookEveryMs).unref();
  fastify.addHook('onClose', async () => clearInterval(timer));
  return {
    get provider() {
      return provider;
    },
    get signingKeys() {
      return current;
    },
  };
}
