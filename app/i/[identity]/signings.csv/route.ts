import { refOf } from '#lib/rules/history.ts';
import { csvLine } from '#lib/encoding/csv.ts';
import { visibleText } from '#lib/encoding/visible-text.ts';
import { signedAt, sourceOf, type Signing } from '../../../signings/signing.ts';
import { exportHeaders, readExported, type Asked } from '../exported.ts';

const rowsInFile = 5000;
const columns = [
  'signed_at',
  'first_seen_at',
  'log',
  'index',
  'url',
  'trust',
  'issuer',
  'repository',
  'ref',
  'digest_algorithm',
  'digest',
  'identities',
];

export async function GET(request: Request, asked: Asked): Promise<Response> {
  const exported = await readExported(request, asked, rowsInFile);
  if (exported instanceof Response) return exported;
  const rows = exported.found.signings.map((signing) => cellsOf(signing, exported.deps.config.web.url));
  const headers = exportHeaders(exported, 'text/csv; charset=utf-8; header=present', 'signings.csv');
  return new Response([columns, ...rows].map(csvLine).join(''), { headers });
}

function cellsOf(signing: Signing, webUrl: string): string[] {
  const { log, index, trust, issuer, source, digest, claims, identities } = signing;
  return [
    signedAt(signing).toISOString(),
    new Date(signing.seenAt).toISOString(),
    log,
    String(index),
    `${webUrl}/e/${encodeURIComponent(log)}/${index}`,
    trust,
    issuer ?? '',
    source === null ? '' : sourceOf(signing).name,
    refOf(claims) ?? '',
    digest?.algorithm ?? '',
    digest?.value ?? '',
    identities.map(({ exact }) => exact).join(' '),
  ].map((cell) => visibleText(cell, 2000));
}
