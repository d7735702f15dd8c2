/** An announcement that nothing came of, in words: what was promised, by whom, until when. It has no entry in any log. */
import { visibleText } from '#lib/encoding/visible-text.ts';
import { asSpelled, type Facts } from '#lib/rules/facts.ts';
import { utc } from './utc.ts';

export const whatNext =
  'Either nothing was released, or the signature went where we do not look. Look at the build; announce again what is still to come.';

export function whatDidNotCome({ intent }: Facts, who: string): string {
  return intent?.state === 'unused' && intent.used > 0
    ? `Not every announced signature as ${who} came`
    : `An announced signature as ${who} did not come`;
}

export function whatWasPromised({ intent, seenAt }: Facts, who: string): string {
  if (intent?.state !== 'unused')
    return `By ${utc(seenAt)} a signature as ${who} had been announced that did not come.`;
  const { by, since, until, used, wanted } = intent;
  const what = wanted === 1 ? 'a signature' : `${wanted} signatures`;
  const begin =
    by === undefined || since === undefined ? '' : `On ${utc(since)}, ${visibleText(by)} announced `;
  const came = used === 0 ? 'None came' : `${used} of ${wanted} came`;
  return `${begin === '' ? 'Announced: ' : begin}${what} as ${who}, to be made by ${utc(until ?? seenAt)}. ${came} in time.`;
}

export function promisedRows(facts: Facts): { label: string; value: string }[] {
  const { intent, source, identity, digest, claims } = facts;
  const promised = intent?.state === 'unused' ? intent : undefined;
  const rows: [string, string | undefined][] = [
    ['In the name of', asSpelled(facts, source ?? identity)],
    ['Announced', promised && (promised.wanted === 1 ? 'one signature' : `${promised.wanted} signatures`)],
    ['Digest of the file (SHA-256)', digest ?? undefined],
    ['Ref', claims['sourceRepositoryRef']],
    ['Workflow', claims['buildConfigUri']],
    ['Came in time', promised && (promised.used === 0 ? 'none' : String(promised.used))],
    ['Announced by', promised?.by],
    ['Announced at', promised?.since && utc(promised.since)],
    ['Good until', promised?.until && utc(promised.until)],
    ['Number of the announcement', promised?.number],
  ];
  return rows.flatMap(([label, value]) => (value === undefined ? [] : [{ label, value }]));
}
