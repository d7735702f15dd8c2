/** What the authority depends on fails (C of the catalogue): no certificate leaves, and it says why. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ada, postRequest, startAskedCa, type AskedCa, type Refusal } from '#tests/harness/asked-ca.ts';
import { startFailingCtLog, type CtMood } from '#tests/harness/failing-ct-log.ts';
import { eventually } from '#tests/harness/eventually.ts';
import { startTestCa } from '#tests/harness/test-ca.ts';

let bench: AskedCa;
beforeAll(async () => {
  bench = await startAskedCa();
});
afterAll(() => bench.close());

beforeEach(() => {
  bench.ct.mood = 'good';
});

const now = (): number => Math.floor(Date.now() / 1000);

describe('C: a log that does not take the precertificate', () => {
  const moods: [CtMood, string][] = [
    ['fails', 'LOG_UNAVAILABLE'],
    ['refuses', 'LOG_REFUSED'],
    ['another-key', 'LOG_ANSWER_INVALID'],
    ['yesterday', 'LOG_ANSWER_INVALID'],
    ['huge', 'LOG_ANSWER_INVALID'],
    ['not-json', 'LOG_ANSWER_INVALID'],
  ];

  it.each(moods)('%s: no certificate leaves', async (mood, reason) => {
    bench.ct.mood = mood;
    const answer = await bench.ask({});
    const body = (await answer.json()) as Refusal;
    expect([answer.status, body.message, body.details[0]?.reason]).toEqual([
      500,
      'Error entering certificate in CTL',
      reason,
    ]);
    expect(JSON.stringify(body)).not.toContain('CERTIFICATE');
  });

  it.each(['silent', 'drips'] as const)('%s: given up after ten seconds', async (mood) => {
    bench.ct.mood = mood;
    const answer = await bench.ask({});
    const body = (await answer.json()) as Refusal;
    expect([answer.status, body.details[0]?.reason]).toEqual([500, 'LOG_UNAVAILABLE']);
  });

  it('is not reachable at all: the same, and /healthz says so', async () => {
    const [gone, database] = [await startFailingCtLog(), bench.database];
    const own = await startTestCa({ database, logUrl: gone.url, issuers: bench.issuersFile });
    await gone.close();
    const answer = await postRequest(own.url, { token: await bench.issuer.token(ada) });
    expect(answer.status).toBe(500);
    await eventually(async () => {
      const health = await fetch(`${own.url}/healthz`);
      expect([health.status, await health.json()]).toMatchObject([503, { failing: ['log'] }]);
    });
    await own.close();
  });
});

describe('C9: a clock that goes back an hour', () => {
  it('stops certificates and timestamps', async () => {
    let offset = 0;
    const own = await startTestCa({
      database: bench.database,
      logUrl: bench.ct.url,
      issuers: bench.issuersFile,
      now: () => Date.now() + offset,
    });
    expect((await postRequest(own.url, { token: await bench.issuer.token(ada) })).status).toBe(200);
    const artifactHash = Buffer.alloc(32, 7).toString('base64');
    const stamp = (): Promise<Response> =>
      fetch(`${own.url}/api/v1/timestamp`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ artifactHash, hashAlgorithm: 'sha256' }),
      });
    expect((await stamp()).status).toBe(200);
    offset = -3_600_000;
    expect((await stamp()).status).toBe(500);
    const hourAgo = now() - 3600;
    const token = await bench.issuer.token({ ...ada, iat: hourAgo, exp: hourAgo + 600 });
    const body = (await (await postRequest(own.url, { token: token })).json()) as Refusal;
    expect(body.details[0]?.reason).toBe('CLOCK_WENT_BACK');
    await own.close();
  });
});
