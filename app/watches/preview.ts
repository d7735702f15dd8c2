/** What a watch would have matched in the last ninety days: asked before it is kept, so that nobody watches nothing. */
import { continuesPath, withoutHttps, type WatchKind, type WatchTarget } from '#lib/identity/watch-target.ts';
import { repositoryOfSubject, repositoryToLookIn } from '#lib/identity/token-subject.ts';
import { isWorkflowAt, workflowBeginning, workflowWatch } from '#lib/identity/workflow-watch.ts';
import { matchesText } from '#lib/verify/text-pattern.ts';
import { unlistedAmong } from '../account/ownership/unlisting.ts';
import type { Dependencies } from '../dependencies.ts';

export interface Preview {
  /** Up to `most`; then it is more. */
  readonly entries: number;
  readonly most: number;
  readonly names: readonly string[];
  readonly latest: readonly {
    readonly logId: string;
    readonly index: number;
    readonly name: string;
    readonly at: Date;
  }[];
  /** It took too long to look everywhere. */
  readonly isPartial: boolean;
  /** Some are left out because an owner of an address wants it so; a watch takes them in all the same. */
  readonly isUnlisted: boolean;
}

type Reads = Pick<Dependencies, 'sql' | 'statement'>;

const most = 1_000;
const mostNames = 200;
const shown = 10;

export async function previewWatch(deps: Reads, target: WatchTarget): Promise<Preview> {
  const { names, isPartial } = await namesOf(deps, target);
  const [issuer, exact] = target.kind === 'issuer-subject' ? splitOnce(target.value) : ['', ''];
  const all = await deps.sql.unsafe<{ log_id: string; entry_index: bigint; value: string; seen_at: Date }[]>(
    deps.statement('watch-preview'),
    [
      names,
      issuer,
      ['digest', 'certificate'].includes(target.kind) ? target.kind : '',
      target.value.replace(/^sha256:/, ''),
      String(most),
      exact,
    ],
  );
  const hidden = await unlistedAmong(deps, [...names, ...all.map(({ value }) => value)]);
  const rows = all.filter(({ value }) => !hidden.has(value));
  return {
    entries: rows.length,
    most,
    names: (issuer === '' ? names : [exact]).filter((name) => !hidden.has(name)).slice(0, shown),
    latest: rows.slice(0, shown).map((row) => ({
      logId: row.log_id,
      index: Number(row.entry_index),
      name: row.value,
      at: row.seen_at,
    })),
    isPartial,
    isUnlisted: rows.length < all.length,
  };
}

const splitOnce = (text: string): [string, string] => {
  const at = text.indexOf(' ');
  return [text.slice(0, at), text.slice(at + 1)];
};

/** The names in the logs that the watch takes in. */
async function namesOf(
  { sql, statement }: Reads,
  { kind, value }: WatchTarget,
): Promise<{ names: string[]; isPartial: boolean }> {
  if (kind === 'issuer-subject') return ofLogin(value);
  const wide = widely(kind, value);
  if (wide === undefined) return { names: [value], isPartial: false };
  const rows = await sql.unsafe<{ value: string }[]>(statement('watch-names'), [
    wide.begins,
    wide.ends,
    String(mostNames),
  ]);
  // Of more than those nobody has looked at the rest, whatever the watch takes in of these.
  const isPartial = rows.length >= mostNames;
  return { names: rows.map((row) => row.value).filter((name) => wide.takes(name)), isPartial };
}

/** A subject that is no name stands in no index: it is looked for among the signatures of its repository. */
function ofLogin(value: string): { names: string[]; isPartial: boolean } {
  const [issuer, subject] = splitOnce(value);
  const repository = repositoryToLookIn(subject, issuer);
  // Of a provider that we do not know nobody can say that all its repositories are there.
  const isPartial = repositoryOfSubject(subject, issuer) === undefined;
  if (repository !== undefined) return { names: [subject, repository.value], isPartial };
  return { names: [subject], isPartial: !/[@!]|:\/\//.test(subject) };
}

interface Wide {
  /** How such names begin, in the spellings there are; empty for how they end. */
  readonly begins: readonly string[];
  readonly ends: string;
  takes(name: string): boolean;
}

/** As workers/match/watch-index.ts takes names in; undefined for a kind that is for one name. */
function widely(kind: WatchKind, value: string): Wide | undefined {
  const continues = (name: string): boolean => continuesPath(value, name);
  switch (kind) {
    case 'organisation':
      return { begins: [value, `https://${value}`], ends: '', takes: continues };
    case 'workflow': {
      const watched = workflowWatch(value);
      const begins = workflowBeginning(watched);
      return {
        begins: [begins, `https://${begins}`],
        ends: '',
        takes: (name) => isWorkflowAt(watched, name),
      };
    }
    case 'uri-prefix':
      return { begins: [value, withoutHttps(value)], ends: '', takes: continues };
    case 'uri-pattern':
      return {
        begins: [value.slice(0, value.indexOf('*'))],
        ends: '',
        takes: (name) => matchesText({ kind: 'glob', glob: value }, name),
      };
    case 'domain': {
      const below = value.startsWith('.');
      return {
        begins: [],
        ends: value.replace(/^\./, ''),
        takes: (name) => name.endsWith(`@${value.replace(/^\./, '')}`) || (below && name.endsWith(value)),
      };
    }
    default:
      return undefined;
  }
}
