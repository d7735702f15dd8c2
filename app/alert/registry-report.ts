/** What a registry's security contact needs to know, to be copied: the reporter's words are theirs to add. */
import { visibleText } from '#lib/encoding/visible-text.ts';
import { asSpelled, isForged, onlyClaims, signedAt, whoSigned, type Facts } from '#lib/rules/facts.ts';
import { digestName } from '../signings/signing.ts';

export function registryReport(logId: string, facts: Facts, webUrl: string): string {
  const { digest, issuer, source, claims } = facts;
  const lines: [string, string | null | undefined][] = [
    [`File (${digestName(facts.digestAlgorithm ?? 'digest')})`, digest],
    ['Package', facts.identityKind === 'package' ? facts.identity : null],
    ['Signed as', asSpelled(facts, whoSigned(facts) ?? '') || undefined],
    [onlyClaims(facts) ? 'Claims to be vouched for by' : 'Vouched for by', issuer],
    ['Repository', source],
    ['Run', claims['runInvocationUri']],
    [isForged(facts) ? 'Seen at' : 'Signed at', signedAt(facts)],
    ['Log entry', `${facts.index} of ${facts.logName} (${logId})`],
    ['Proof', `${webUrl}/e/${encodeURIComponent(logId)}/${facts.index}`],
  ];
  return [
    'A file was signed with an identity of ours, and we did not sign it. Please hold back or remove what carries this file',
    'or this signature, and tell us where it was published.',
    '',
    ...lines.flatMap(([label, value]) =>
      value === null || value === undefined || value === '' ? [] : [`${label}: ${visibleText(value)}`],
    ),
    '',
    'The proof can be checked without us: the entry, its inclusion proof and the signed checkpoint are at that address.',
  ].join('\n');
}
