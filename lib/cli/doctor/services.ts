/** Is each process there, does it call itself healthy, and do the clocks agree? */
import { z } from 'zod';
import { boundedBody } from '../../server/bounded-body.ts';
import { smallFile } from '../../server/small-file.ts';
import { examine, Ill, span, type Finding } from './finding.ts';

export interface ServiceAddress {
  readonly name: 'web' | 'ca' | 'log';
  readonly url: string;
}

/** The three words for it that our processes use. */
const health = z.object({
  status: z.string(),
  reason: z.string().optional(),
  failing: z.array(z.string()).optional(),
  tuf: z.object({ warnings: z.array(z.string()) }).optional(),
  issuers: z.object({ warnings: z.array(z.string()) }).optional(),
});

const clock = { tolerableMs: 5_000, brokenMs: 60_000 };
const patienceMs = 10_000;

export async function examineServices(services: readonly ServiceAddress[]): Promise<Finding[]> {
  const each = await Promise.all(
    services.map(async (service) => {
      const started = Date.now();
      const answer = await ask(service).catch(() => undefined);
      const halfWay = (started + Date.now()) / 2;
      return [
        await examine(`${service.name} process`, () => sayHealth(service, answer)),
        ...(answer === undefined
          ? []
          : [await examine(`${service.name} clock`, () => sayClock(answer, halfWay))]),
      ];
    }),
  );
  return each.flat();
}

interface Answer {
  readonly status: number;
  readonly date: string | null;
  readonly body: string;
}

async function ask({ url }: ServiceAddress): Promise<Answer> {
  const answer = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(patienceMs) });
  const body = Buffer.from(await boundedBody(answer, smallFile)).toString('utf8');
  return { status: answer.status, date: answer.headers.get('date'), body };
}

function sayHealth({ name, url }: ServiceAddress, answer: Answer | undefined): string {
  if (answer === undefined) {
    throw new Ill(
      `Nobody answers at ${url}.`,
      `Start it (npm start, or sigwatch ${name}), or set ${name.toUpperCase()}_URL.`,
    );
  }
  const said = health.safeParse(parseJson(answer.body)).data;
  if (said === undefined) {
    throw new Ill(
      `${url}/healthz answers ${answer.status} with something else than health.`,
      `Is another program on that port? Set ${name.toUpperCase()}_PORT.`,
    );
  }
  if (answer.status !== 200) {
    const why = said.reason ?? said.failing?.join(', ') ?? said.status;
    throw new Ill(
      `The ${name} process is up and not healthy: ${why}.`,
      `GET ${url}/healthz says more of each part.`,
    );
  }
  const [warning] = said.tuf?.warnings ?? [];
  if (warning !== undefined)
    throw new Ill(warning, 'See the sentence: the key it names must be put back for a minute.', 'warning');
  const [ignored] = said.issuers?.warnings ?? [];
  if (ignored !== undefined)
    throw new Ill(
      ignored,
      'Mend the file: until then the issuers of before hold, and the next start fails.',
      'warning',
    );
  return `The ${name} process at ${url} is healthy.`;
}

/** The clock of a machine that answers, against this one: a certificate lives for ten minutes. */
function sayClock({ date }: Answer, now: number): string {
  const skew = Math.abs(Date.parse(date ?? '') - now);
  if (Number.isNaN(skew))
    throw new Ill('It tells no time.', 'A proxy removes the Date header: let it through.', 'skipped');
  const mend = 'Let both machines follow a time server (chrony, systemd-timesyncd).';
  if (skew > clock.brokenMs) throw new Ill(`Its clock and ours differ by ${span(skew)}.`, mend);
  if (skew > clock.tolerableMs) throw new Ill(`Its clock and ours differ by ${span(skew)}.`, mend, 'warning');
  return 'Its clock and ours agree.';
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
