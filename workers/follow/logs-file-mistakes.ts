/** What is wrong with a LOGS_FILE, each mistake in a sentence that names the place and the mend. */
import { createPublicKey } from 'node:crypto';
import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

/** The first of a form that was not met. */
export function mistakeIn(issue: Issue | undefined): string {
  if (issue === undefined) return 'does not read';
  const place = placeOf(issue.path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return `${place} has ${issue.keys.map((key) => JSON.stringify(key)).join(', ')}, which nobody knows here`;
    case 'invalid_union':
      return unionMistake(place, issue);
    case 'invalid_type':
      return issue.message.endsWith('received undefined')
        ? `${place} is missing`
        : `${place} must be ${issue.expected === 'record' ? 'an object' : `of type ${issue.expected}`}`;
    case 'invalid_format':
      return `${place} must be an address that begins with http:// or https://`;
    case 'invalid_value':
      return `${place} must be one of ${issue.values.join(', ')}`;
    case 'custom':
      return `${place} ${issue.message}`;
    default:
      return `${place}: ${issue.message}`;
  }
}

/** Of several forms the one that was meant is that with the fewest members nobody knows. */
function unionMistake(place: string, issue: Extract<Issue, { code: 'invalid_union' }>): string {
  if (issue.errors.length === 0) return `${place} must say which kind of log it is: rekor-v2, rekor-v1 or ct`;
  const meant = issue.errors.find((errors) => errors.every(({ code }) => code !== 'unrecognized_keys'));
  const [first] = meant ?? [];
  return first === undefined
    ? `${place} must have a preset, a file, or tuf and root, and nothing else but start`
    : mistakeIn({ ...first, path: [...issue.path, ...first.path] });
}

function placeOf(path: readonly PropertyKey[]): string {
  if (path.length === 0) return 'the file';
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .slice(1);
}

/** Whether these are the bytes of a SubjectPublicKeyInfo. */
export function isPublicKey(bytes: Uint8Array): boolean {
  try {
    createPublicKey({ key: Buffer.from(bytes), format: 'der', type: 'spki' });
    return true;
  } catch {
    return false;
  }
}

interface Listed {
  readonly kind: string;
  readonly url: string;
  readonly name?: string | undefined;
  readonly origin?: string | undefined;
  readonly ended: boolean;
  readonly publicKey: Uint8Array;
}

/** Two logs that would be taken for one: by their key and place, by what people call them, or by what they call themselves. */
export function doubledLog(logs: readonly Listed[]): string | undefined {
  for (const [at, log] of logs.entries())
    for (const [before, other] of logs.slice(0, at).entries()) {
      const both = `logs[${before}] and logs[${at}]`;
      const sameKey = Buffer.from(log.publicKey).equals(other.publicKey);
      const samePlace = log.kind === other.kind && (log.origin ?? log.url) === (other.origin ?? other.url);
      if (samePlace && sameKey) return `${both} are the same log`;
      if (log.name !== undefined && log.name === other.name)
        return `${both} are both called ${JSON.stringify(log.name)}, nobody could tell them apart`;
      if (samePlace && log.kind === 'rekor-v2' && !log.ended && !other.ended)
        return `${both} have one origin and two keys; one that takes no more entries is marked with "ended": true`;
    }
  return undefined;
}
