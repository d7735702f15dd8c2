/** Why there is nothing to look up by what was typed, in a sentence, and what would be understood. */
import { visibleText } from '#lib/encoding/visible-text.ts';
import { isWholeDomain } from '#lib/identity/watch-target.ts';
import { whyNoKey } from './key-text.ts';
import { readPrefix } from './question.ts';
import { isBareWorkflow } from './repository-text.ts';

const domain = /^@?(?:\*\.)?((?:[\p{L}\p{M}\p{N}-]+\.)+[\p{L}\p{M}-]{2,})\.?$/u;

/** Where more can be said than that it names nobody. */
export function whyNobody(typed: string): string | undefined {
  const text = typed.trim();
  if (isWholeDomain(text))
    return 'That is every address of a domain. Look up or watch one address; a whole domain is watched by a team that proved to own it, under its watches.';
  const [, name] = domain.exec(text) ?? [];
  if (name !== undefined)
    return `${visibleText(name, 80)} is a whole domain, which only a team that proved to own it can watch. Look up one address in it, as in jane@${visibleText(name, 80)}, or one repository on it.`;
  return whyNoKey(typed) ?? whyNoDigest(text);
}

/** Why whoever has no account cannot watch that, where more can be said; and who can. */
export function whyUnwatched(typed: string): string | undefined {
  const [, owner] = /^([^/]+\/[^/]+)\/$/.exec(readPrefix(typed)?.replace(/^https:\/\//, '') ?? '') ?? [];
  if (owner === undefined) return whyNobody(typed);
  const shown = visibleText(owner, 80);
  return `${shown} is an owner of repositories. Watch one of them, as in ${shown}/app; everything of an owner is watched by a team: with its key, {"kind": "organisation", "value": "${shown}"}.`;
}

/** Always something. */
export function whyNotUnderstood(typed: string): string {
  const text = typed.trim();
  if (text === '') return 'Type what to look for.';
  return whyNobody(typed) ?? whyNoAddress(text) ?? `That is nothing we can look for. ${understood}`;
}

const understood =
  'Understood are: an e-mail address, a repository or its owner (acme/app, github.com/acme), a workflow file, a SHA-256, a public key or certificate, and the number or UUID of a log entry.';

function whyNoDigest(text: string): string | undefined {
  const hex = text.replace(/^(?:sha-?\d+|md5)[:=-]/i, '').replaceAll(/[\s:]/g, '');
  if (!/^[0-9a-f]{30,}$/i.test(hex)) return undefined;
  if ([64, 80, 96, 128].includes(hex.length))
    return 'A hash alone may be of a file, a key or an entry, and names nobody. Write key: before that of a public key; a file is asked for by its digest.';
  return `That has ${hex.length} hexadecimal digits. A SHA-256 has 64, a SHA-384 96, a SHA-512 128, the UUID of an entry 64 or 80, a PGP fingerprint 40.`;
}

function whyNoAddress(text: string): string | undefined {
  if (isBareWorkflow(text))
    return `Every repository may have such a file. Put the owner and the repository in front, as in acme/app/${visibleText(text.replace(/^\//, ''), 80)}.`;
  if (/^[^/]*@/.test(text))
    return 'That is no whole e-mail address. It takes a name, an @ and a domain, without spaces, as in jane@example.com.';
  if (/^(?:https?:\/\/)?[^\s/]+\.[^\s/]+\/\*/i.test(text))
    return 'That would be everybody there. Name an owner, as in github.com/acme.';
  return undefined;
}
