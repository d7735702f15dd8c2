/** What an ID token says, read without verifying it: only its audience can do that. Good for a proof and for a person. */
import * as z from 'zod';
import { fromBase64Url } from '#lib/encoding/base64.ts';
import { fromUtf8 } from '#lib/encoding/bytes.ts';
import { SignError } from './sign-error.ts';

const claims = z.object({
  iss: z.string(),
  sub: z.string(),
  exp: z.number(),
  email: z.string().optional(),
  email_verified: z.union([z.boolean(), z.string()]).optional(),
  /** Of GitHub Actions. */
  repository: z.string().optional().catch(undefined),
  /** Of GitLab. */
  project_path: z.string().optional().catch(undefined),
});

export interface IdToken {
  readonly text: string;
  readonly issuer: string;
  /** What a Fulcio client proves its key with: the address where there is one, else the subject. */
  readonly subject: string;
  /** What its signatures will be found under: the address, or the repository of the pipeline; undefined if it does not say. */
  readonly source: string | undefined;
  readonly expiresAt: Date;
}

const longestToken = 64 * 1024;

export function readIdToken(text: string): IdToken {
  const parts = text.length > longestToken ? [] : text.trim().split('.', 4);
  const payload = parts.length === 3 ? fromBase64Url(parts[1] ?? '') : undefined;
  const parsed = claims.safeParse(payload && parseJson(payload));
  if (!parsed.success) throw new SignError('token-malformed', 'that is no ID token');
  const { iss, sub, exp, email, email_verified } = parsed.data;
  if (email !== undefined && email_verified !== true && email_verified !== 'true') {
    throw new SignError('token-unverified-email', 'the login does not vouch for the address in its token');
  }
  return {
    text: text.trim(),
    issuer: iss,
    subject: email ?? sub,
    source: email ?? repositoryIn(parsed.data),
    expiresAt: new Date(exp * 1000),
  };
}

function repositoryIn({ iss, repository, project_path }: z.infer<typeof claims>): string | undefined {
  const host = URL.canParse(iss) ? new URL(iss).hostname : undefined;
  if (host === 'token.actions.githubusercontent.com') return repository && `github.com/${repository}`;
  return host && project_path && `${host}/${project_path}`;
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(fromUtf8(bytes));
  } catch {
    return undefined;
  }
}
