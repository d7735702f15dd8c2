/** The names and forms of everything the environment may say; config.ts alone reads it. `.env.example` lists them for people. */
import { availableParallelism } from 'node:os';
import { z } from 'zod';

const port = (fallback: number) => z.coerce.number().int().min(1).max(65535).default(fallback);
const url = z
  .url({ protocol: /^https?$/ })
  .transform((text) => text.replace(/\/+$/, ''))
  .optional();
const filled = z.string().min(1).optional();

export const variables = z.object({
  DATA_DIR: z.string().min(1).default('./data'),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  REDIS_URL: z.url({ protocol: /^rediss?$/ }).optional(),
  TILE_STORE: z
    .string()
    .regex(/^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](\/[A-Za-z0-9._/-]*)?$/, 'is not s3://bucket/prefix')
    .optional(),
  S3_ENDPOINT: url,
  AWS_REGION: z.string().min(1).default('us-east-1'),
  AWS_ACCESS_KEY_ID: filled,
  AWS_SECRET_ACCESS_KEY: filled,
  AWS_SESSION_TOKEN: filled,
  SMTP_URL: z.url({ protocol: /^smtps?$/ }).optional(),
  MAIL_FROM: z.string().min(3).default('Sigwatch <sigwatch@localhost>'),
  MAIL_BOUNCE: z.email().optional(),
  OPERATOR_MAIL: z
    .string()
    .transform((text) => text.split(',').map((address) => address.trim()))
    .pipe(z.array(z.email()).max(20))
    .optional(),
  BOUNCE_PORT: z.coerce.number().int().min(1).max(65535).optional(),
  DKIM_DOMAIN: filled,
  DKIM_SELECTOR: filled,
  DKIM_KEY_FILE: filled,
  SECURITY_CONTACT: z.url({ protocol: /^(?:https|mailto|tel)$/ }).optional(),
  WEB_PORT: port(3000),
  WEB_PROCESSES: z.coerce.number().int().min(1).max(64).default(Math.min(availableParallelism(), 4)),
  CA_PORT: port(3001),
  LOG_PORT: port(3002),
  WEB_URL: url,
  CA_URL: url,
  LOG_URL: url,
  LOG_PEER_URL: url,
  LOG_DUPLICATES: z.enum(['return', 'conflict']).default('return'),
  LOG_READ_ONLY: z.enum(['on', 'off']).default('off'),
  LOG_ANCHOR_DIR: filled,
  ISSUERS_FILE: filled,
  LOGIN_PROVIDERS_FILE: filled,
  LOGS_FILE: filled,
  PUBLIC_TRUSTED_ROOT_FILE: filled,
  REPOSITORY_HOSTS: z
    .string()
    .regex(
      /^[a-z0-9.-]+=https:\/\/\S*\{path\}\S*\{file\}\S*(?:,[a-z0-9.-]+=https:\/\/\S*\{path\}\S*\{file\}\S*)*$/,
    )
    .optional(),
  CA_CHAIN_FILE: filled,
  CA_KEY_FILE: filled,
  INTERNAL_SECRET: z
    .string()
    .regex(/^[\x21-\x7e]{32,}$/, 'is not 32 or more letters and digits')
    .optional(),
  KEY_PASSPHRASE: filled,
  KEY_PASSPHRASE_FILE: filled,
  SEAL_KEY: z
    .base64()
    .refine((text) => Buffer.from(text, 'base64').length === 32, 'is not 32 bytes in base64')
    .optional(),
  WITNESS_POLICY_FILE: filled,
  WITNESS_MODE: z.enum(['async', 'require']).default('async'),
  WITNESS_BUDGET_MS: z.coerce.number().int().min(50).max(10_000).default(1500),
  WITNESS_PORT: z.coerce.number().int().min(1).max(65535).optional(),
  WITNESS_NAME: z
    .string()
    .regex(/^[^\s+]+$/u)
    .optional(),
  WITNESS_LOGS_FILE: filled,
  WEBHOOK_LOOPBACK: z.enum(['on', 'off']).default('off'),
  API_REQUESTS_PER_MINUTE: z.coerce.number().int().min(1).default(3000),
  ALL_REQUESTS_PER_MINUTE: z.coerce.number().int().min(1).default(120_000),
  PROXY_HOPS: z.coerce.number().int().min(0).max(10).default(0),
  DEMO_MAILBOX: z.enum(['on', 'off']).optional(),
  NO_COLOR: z.string().optional(),
  SIGWATCH_API_KEY: z
    .string()
    .regex(/^\S{1,200}$/, 'is not an API key')
    .optional(),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
});

/** How a pipeline says who it is, without anybody at a keyboard (`sigwatch sign`). Unset all of it: a person signs in. */
export const ambientVariables = z.object({
  SIGSTORE_ID_TOKEN: filled,
  SIGSTORE_IDENTITY_TOKEN: filled,
  SIGSTORE_ID_TOKEN_FILE: z.string().default('/var/run/sigstore/cosign/oidc-token'),
  GITHUB_ACTIONS: filled,
  GITLAB_CI: filled,
  ACTIONS_ID_TOKEN_REQUEST_URL: z.url({ protocol: /^https?$/ }).optional(),
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: filled,
  BUILDKITE: filled,
  CIRCLECI: filled,
});
