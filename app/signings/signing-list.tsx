import { Mark } from '../ui/mark.tsx';
import { Name } from '../ui/name.tsx';
import { ShortId, Stranger, Time } from '../ui/text.tsx';
import { grouped } from '../ui/time.ts';
import { bySource } from './group.ts';
import { digestName, signedAt, type Signing } from './signing.ts';

const sourceWords = { repository: 'from', login: 'with the login of', key: 'with' } as const;

/** Signatures grouped by where they came from. Each row leads to its entry and proof. */
export function SigningList({ signings, whose = false }: { signings: readonly Signing[]; whose?: boolean }) {
  return bySource(signings).map(({ source, signings: group }) => (
    <div key={`${source.kind} ${source.value}`} className="group">
      <h3 className="group-title">
        <span className="soft">{sourceWords[source.kind]}</span> <Name text={source.name} />
      </h3>
      <ul className="rows">
        {group.map((signing) => (
          <li key={`${signing.log}/${signing.index}`}>
            <Row signing={signing} whose={whose} />
          </li>
        ))}
      </ul>
    </div>
  ));
}

function Row({ signing, whose }: { signing: Signing; whose: boolean }) {
  const { claims, digest, identities, log, index, trust } = signing;
  const ref = claims['sourceRepositoryRef'] ?? claims['githubWorkflowRef'];
  const who = whose ? identities.find(({ kind }) => kind !== 'repository') : undefined;
  return (
    <div className="entry-row">
      <Time at={signedAt(signing)} />
      <span className="entry-what">
        {who !== undefined && <Name text={who.exact} kind={who.kind} />}
        {ref !== undefined && <Stranger text={ref} />}
        {digest !== null && (
          <span className="digest small soft">
            {digestName(digest.algorithm)} <ShortId value={digest.value} />
          </span>
        )}
        {trust === 'unknown' && <Mark tone="notable" word="Authority not known to us" />}
      </span>
      <a href={`/e/${encodeURIComponent(log)}/${index}`}>
        <span className="unseen">{log} entry </span>#{grouped(index)}
      </a>
    </div>
  );
}
