/** However long and odd what strangers wrote is, no vendor refuses the message: their published limits, of November 2026. */
import { expect, it } from 'vitest';
import { factsSchema } from '#lib/rules/facts.ts';
import type { Notice } from './channel.ts';
import { render as toDiscord } from './discord.ts';
import { render as toPagerDuty } from './pagerduty.ts';
import { render as toSlack } from './slack.ts';
import { render as toTeams } from './teams.ts';

function notice(odd: string): Notice {
  const facts = factsSchema.parse({
    identity: odd,
    identityKind: 'uri',
    logId: 'log',
    logName: 'log.example',
    event: 'signature',
    index: '7',
    seenAt: '2026-11-23T12:00:00.000Z',
    trust: 'trusted',
    issuer: odd,
    digest: 'ab'.repeat(64),
    digestAlgorithm: 'SHA2_512',
    certificate: null,
    claims: Object.fromEntries(
      ['buildConfigUri', 'sourceRepositoryRef', 'buildTrigger', 'runInvocationUri', 'runnerEnvironment'].map(
        (name) => [name, odd],
      ),
    ),
    source: odd,
    firstForIdentity: false,
    firstForIssuer: false,
    firstForSource: false,
  });
  const at = '2026-11-23T12:00:00.000Z';
  const reasons = Array.from({ length: 20 }, () => ({ rule: 'x', words: odd.slice(0, 2000) }));
  return {
    occasion: 'alert',
    eventId: '00000000-0000-4000-8000-000000000000',
    at,
    webUrl: 'https://watch.example',
    alert: {
      id: '00000000-0000-4000-8000-000000000000',
      verdict: 'unexpected',
      reasons: reasons as never,
      facts,
      event: { count: 84, first: at, last: at },
      watches: [
        { kind: 'uri', value: odd },
        { kind: 'uri', value: `${odd}2` },
      ],
      answer: undefined,
    },
  };
}

const target = { url: 'https://x.example', secrets: ['R'.repeat(32)], privateKeys: [] };
/** Half a letter, which JSON can say and nobody reads. */
const half = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;
const odd = ['a', '&', '<', '`', '*', '\u202e', 'e\u0301\u0301\u0301', '\u{1f600}', '\\', '\u05d0/'].map(
  (one) => one.repeat(2000),
);

it.each(odd)(
  'Slack: 50 blocks, a header of 150, sections of 3,000 that end no escape and no code half-way',
  (text) => {
    const { blocks } = JSON.parse(toSlack(notice(text))) as {
      blocks: { type: string; text: { text: string } }[];
    };
    expect(blocks.length).toBeLessThanOrEqual(50);
    for (const { type, text: given } of blocks) {
      expect(given.text.length).toBeLessThanOrEqual(type === 'header' ? 150 : 3000);
      expect(given.text.length).toBeGreaterThan(0);
      expect(given.text).not.toMatch(half);
      if (type === 'header') continue;
      expect(given.text.replace(/&(?:amp|lt|gt);/g, '')).not.toMatch(/&/);
      expect((given.text.match(/`/g) ?? []).length % 2).toBe(0);
    }
  },
);

it.each(odd)(
  'Discord: a title of 256, 4,096 of text, 25 fields of 256 and 1,024, and 6,000 in all',
  (text) => {
    const { embeds } = JSON.parse(toDiscord(notice(text))) as {
      embeds: { title: string; description: string; fields: { name: string; value: string }[] }[];
    };
    const [embed] = embeds;
    if (embed === undefined) throw new Error('no embed');
    expect(embed.title.length).toBeLessThanOrEqual(256);
    expect(embed.description.length).toBeLessThanOrEqual(4096);
    expect(embed.fields.length).toBeLessThanOrEqual(25);
    for (const { name, value } of embed.fields)
      expect([name.length <= 256, value.length <= 1024]).toEqual([true, true]);
    const all =
      embed.title + embed.description + embed.fields.map(({ name, value }) => name + value).join('');
    expect(all.length).toBeLessThanOrEqual(6000);
    expect(all).not.toMatch(half);
  },
);

it.each(odd)('Teams: 28 kB', (text) => {
  expect(Buffer.byteLength(toTeams(notice(text)))).toBeLessThanOrEqual(28 * 1024);
});

it.each(odd)(
  'PagerDuty: a summary of 1,024, a key of 255, 512 kB; nothing in it that shows as what it is not',
  (text) => {
    const body = toPagerDuty(notice(text), target);
    const event = JSON.parse(body) as { dedup_key: string; payload: { summary: string; component: string } };
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(512 * 1024);
    expect(event.payload.summary.length).toBeLessThanOrEqual(1024);
    expect(event.dedup_key.length).toBeLessThanOrEqual(255);
    expect(event.payload.component).not.toMatch(/\u202e/);
  },
);

it('no name that runs from right to left carries along what stands beside it, in any chat', () => {
  const name = 'git.example/\u05d0\u05d1/\u05d2\u05d3';
  const kept = 'git.example/\u2068\u05d0\u05d1\u2069/\u2068\u05d2\u05d3\u2069';
  for (const body of [toSlack(notice(name)), toDiscord(notice(name)), toTeams(notice(name))])
    expect([body.includes(kept), body.includes(name)]).toEqual([true, false]);
  const { payload } = JSON.parse(toPagerDuty(notice(name), target)) as { payload: { summary: string } };
  expect(payload.summary).toContain(`${kept} (84 signatures)`);
});
