/** signing_config.v0.2.json: which services to sign with. Picks one of each kind, as the messages' comments say. */
import * as z from 'zod';
import { SignError } from './sign-error.ts';

const signingConfigMediaType = 'application/vnd.dev.sigstore.signingconfig.v0.2+json';

const instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text));
const service = z.object({
  url: z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, '')),
  majorApiVersion: z.number().int(),
  validFor: z.object({ start: instant, end: instant.nullish() }),
  operator: z.string().default(''),
});
const selection = z
  .object({ selector: z.enum(['ANY', 'ALL', 'EXACT']), count: z.number().int().min(1).optional() })
  .default({ selector: 'ANY' });

const signingConfig = z.object({
  mediaType: z.literal(signingConfigMediaType),
  caUrls: z.array(service).default([]),
  oidcUrls: z.array(service).default([]),
  rekorTlogUrls: z.array(service).default([]),
  rekorTlogConfig: selection,
  tsaUrls: z.array(service).default([]),
  tsaConfig: selection,
});

type Service = z.infer<typeof service>;
type Selection = z.infer<typeof selection>;

export interface SigningServices {
  readonly authority: string;
  readonly login: string | undefined;
  readonly logs: readonly { readonly url: string; readonly version: 1 | 2 }[];
  readonly timestampAuthorities: readonly string[];
}

/** Throws a SignError. `rekorVersion` asks for one protocol alone. */
export function selectServices(json: unknown, at: Date, rekorVersion?: 1 | 2): SigningServices {
  const parsed = signingConfig.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new SignError('answer-malformed', `signing config: ${issue?.path.join('.')}: ${issue?.message}`);
  }
  const config = parsed.data;
  const [authority] = select(config.caUrls, [1], at, { selector: 'ANY' });
  if (authority === undefined) throw new SignError('no-service', 'no certificate authority to sign with');
  const versions = rekorVersion === undefined ? [2, 1] : [rekorVersion];
  const logs = select(config.rekorTlogUrls, versions, at, config.rekorTlogConfig);
  if (logs.length === 0) throw new SignError('no-service', 'no transparency log to sign with');
  const timestampAuthorities = select(config.tsaUrls, [1], at, config.tsaConfig).map(({ url }) => url);
  if (timestampAuthorities.length === 0 && logs.every(({ majorApiVersion }) => majorApiVersion === 2)) {
    throw new SignError('no-service', 'Rekor v2 states no time, so a timestamp authority is needed');
  }
  return {
    authority: authority.url,
    login: select(config.oidcUrls, [1], at, { selector: 'ANY' })[0]?.url,
    logs: logs.map(({ url, majorApiVersion }) => ({ url, version: majorApiVersion === 1 ? 1 : 2 })),
    timestampAuthorities,
  };
}

/** Valid now, of the highest version there is, newest first, one of each operator; then as many as the selector says. */
function select(
  services: readonly Service[],
  versions: readonly number[],
  at: Date,
  { selector, count = 1 }: Selection,
): Service[] {
  const valid = services.filter(
    ({ validFor: { start, end } }) => start <= at && (end === undefined || end === null || at <= end),
  );
  const version = versions.find((one) => valid.some(({ majorApiVersion }) => majorApiVersion === one));
  const newest = valid
    .filter(({ majorApiVersion }) => majorApiVersion === version)
    .sort((a, b) => b.validFor.start.getTime() - a.validFor.start.getTime());
  const perOperator = newest.filter(
    ({ operator }, place) => newest.findIndex((other) => other.operator === operator) === place,
  );
  if (selector === 'ALL') return perOperator;
  if (selector === 'ANY') return perOperator.slice(0, 1);
  if (perOperator.length < count)
    throw new SignError('no-service', `the signing config wants ${count} services`);
  return perOperator.slice(0, count);
}
