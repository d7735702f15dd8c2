/** The facts of an alert as a list: what a reader decides by, in a stranger's words. */
import { asSpelled, onlyClaims, whoSigned, type Facts } from '#lib/rules/facts.ts';
import { signersNamed } from './by-whom.ts';
import { promisedRows } from './promised.ts';
import { utc } from './utc.ts';

export function factRows(facts: Facts): { label: string; value: string }[] {
  if (facts.event === 'announcement') return promisedRows(facts);
  const { certificate: given, claims } = facts;
  const claimed = onlyClaims(facts);
  const rows: [string, string | null | undefined][] = [
    ...watchedRows(facts),
    [
      facts.identityKind === 'pgp-user' ? 'User id that the key claims' : 'Signed as',
      spelledOr(facts, whoSigned(facts)),
    ],
    ['Signed by', signersNamed(facts)],
    [claimed ? 'Claims the login of' : 'Login provider', facts.issuer],
    [claimed ? 'Claims the repository' : 'Repository', spelledOr(facts, facts.source)],
    ['Workflow', claims['buildConfigUri'] ?? claims['githubWorkflowName']],
    ['Ref', claims['sourceRepositoryRef'] ?? claims['githubWorkflowRef']],
    ['Trigger', claims['buildTrigger'] ?? claims['githubWorkflowTrigger']],
    ['Run', claims['runInvocationUri']],
    ['Runner', claims['runnerEnvironment']],
    [digestLabel(facts.digestAlgorithm), facts.digest],
    [claimed ? 'Certificate claims to be of' : 'Certificate issued', given && utc(given.notBefore)],
    ['Certificate serial', given?.serial],
    ['Entry seen', utc(facts.seenAt)],
    ['Entry number', facts.index],
    ['Log', `${facts.logName} (${facts.logId})`],
  ];
  return rows.flatMap(([label, value]) =>
    value === null || value === undefined || value === '' ? [] : [{ label, value }],
  );
}

function spelledOr(facts: Facts, name: string | null | undefined): string | undefined {
  return name === null || name === undefined ? undefined : asSpelled(facts, name);
}

const labels: Readonly<Record<string, string>> = {
  package: 'Package',
  digest: 'Watched file',
  certificate: 'Watched certificate',
  key: 'Watched key',
};

/** What was watched, where that is no name of who signed. */
function watchedRows(facts: Facts): [string, string][] {
  const label = labels[facts.identityKind];
  return label === undefined || whoSigned(facts) === facts.identity ? [] : [[label, facts.identity]];
}

function digestLabel(algorithm: string | null): string {
  return `Digest of the file (${(algorithm ?? 'unknown').replace(/^SHA2_/, 'SHA-')})`;
}
