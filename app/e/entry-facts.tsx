/** What the certificate of an entry says, under the headings a person asks by. All values are strangers' text. */
import { identityPath, kindName, readIdentity } from '../find/question.ts';
import type { Signing } from '../signings/signing.ts';
import { Facts, Line, type Fact } from '../ui/ledger.tsx';
import { Stranger, Time } from '../ui/text.tsx';

interface Shown {
  readonly signing: Signing;
}

const claimNames = {
  source: {
    sourceRepositoryUri: 'Repository',
    githubWorkflowRepository: 'Repository',
    sourceRepositoryRef: 'Branch or tag',
    githubWorkflowRef: 'Branch or tag',
    sourceRepositoryDigest: 'Commit',
    githubWorkflowSha: 'Commit',
    sourceRepositoryIdentifier: 'Repository number',
    sourceRepositoryOwnerUri: 'Owner',
    sourceRepositoryOwnerIdentifier: 'Owner number',
    sourceRepositoryVisibilityAtSigning: 'Visibility then',
  },
  build: {
    buildConfigUri: 'Workflow',
    githubWorkflowName: 'Workflow name',
    buildConfigDigest: 'Workflow commit',
    buildSignerUri: 'Signed by',
    buildSignerDigest: 'Signer commit',
    buildTrigger: 'Started by',
    githubWorkflowTrigger: 'Started by',
    runnerEnvironment: 'Runner',
    runInvocationUri: 'Run',
    deploymentEnvironment: 'Deployment',
    tokenSubject: 'Token subject',
  },
} as const;

export function IdentityFacts({ signing }: Shown) {
  const names = signing.identities.map(({ kind, value }): Fact => {
    const known = readIdentity(value);
    const text = <Stranger text={value} />;
    return [
      known === undefined ? kind : kindName(known.kind),
      // Only to our own page about the same name, never to what the name may point at.
      known?.value === value ? <a href={identityPath(value)}>{text}</a> : text,
    ];
  });
  return (
    <Facts
      rows={[
        ...numbered(names),
        signing.issuer !== null && ['Vouched for by', <Stranger key="issuer" text={signing.issuer} />],
      ]}
    />
  );
}

export function SourceFacts({ signing }: Shown) {
  return <ClaimLine label="Source" names={claimNames.source} claims={signing.claims} />;
}

export function BuildFacts({ signing }: Shown) {
  return <ClaimLine label="Build" names={claimNames.build} claims={signing.claims} />;
}

export function ArtifactFacts({ signing: { digest } }: Shown) {
  if (digest === null) return null;
  const value = <span className="mono whole">{digest.value}</span>;
  return (
    <Line label="Artifact">
      <Facts
        rows={[
          ['Algorithm', digest.algorithm],
          ['Digest', digest.value.length === 64 ? <a href={`/d/${digest.value}`}>{value}</a> : value],
        ]}
      />
    </Line>
  );
}

export function CertificateFacts({ signing: { notBefore, notAfter } }: Shown) {
  if (notBefore === null || notAfter === null) return null;
  return (
    <Line label="Certificate">
      <Facts
        rows={[
          ['Valid from', <Time key="from" at={notBefore} />],
          ['Valid to', <Time key="to" at={notAfter} />],
        ]}
      />
    </Line>
  );
}

function ClaimLine({
  label,
  names,
  claims,
}: {
  label: string;
  names: Readonly<Record<string, string>>;
  claims: Readonly<Record<string, string>>;
}) {
  // Certificates carry the older spelling of a claim beside the newer; equal words are said once.
  const said = new Set<string>();
  const rows = Object.entries(names).flatMap(([claim, name]): Fact[] => {
    const value = claims[claim];
    if (value === undefined || said.has(name)) return [];
    said.add(name);
    return [[name, <Stranger key={claim} text={value} />]];
  });
  return rows.length === 0 ? null : (
    <Line label={label}>
      <Facts rows={rows} />
    </Line>
  );
}

/** Facts are told apart by their label. */
function numbered(rows: readonly Fact[]): Fact[] {
  const seen = new Map<string, number>();
  return rows.map(([label, value]) => {
    const count = (seen.get(label) ?? 0) + 1;
    seen.set(label, count);
    return [count === 1 ? label : `${label} ${count}`, value];
  });
}
