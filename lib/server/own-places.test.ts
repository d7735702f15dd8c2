import { expect, it } from 'vitest';
import { readConfig } from './config.ts';
import { OutboundError, postOutbound, readOutboundUrl } from './outbound-fetch.ts';
import { ownPlaces } from './own-places.ts';

const own = ownPlaces(
  readConfig({
    NODE_ENV: 'test',
    WEBHOOK_LOOPBACK: 'on',
    DATABASE_URL: 'postgres://sigwatch@127.0.0.1/sigwatch',
    REDIS_URL: 'redis://localhost:7000',
    WEB_URL: 'https://watch.example',
  }),
);

const codeOf = (url: string, loopback = true): string => {
  try {
    readOutboundUrl(url, loopback, own);
    return 'taken';
  } catch (error) {
    return error instanceof OutboundError ? error.code : String(error);
  }
};

it.each([
  'http://localhost:3000/',
  'http://127.0.0.1:3001/internal/freezes',
  'http://127.9.9.9:3002/',
  'http://[::1]:3002/peer/v1/x',
  'http://2130706433:5432/',
  'http://localhost:7000/',
  'https://watch.example/watch/stop?token=x',
])('leads nobody’s webhook to %s, ours', async (url) => {
  expect(codeOf(url)).toBe('this-instance');
  await expect(
    postOutbound({ url, headers: {}, body: '' }, { allowLoopback: true, own }),
  ).rejects.toMatchObject({
    code: 'this-instance',
  });
});

it('leads it to another program of this machine where that is allowed, and to the world', () => {
  expect(codeOf('http://localhost:8080/hook')).toBe('taken');
  expect(codeOf('http://localhost:8080/hook', false)).toBe('bad-url');
  expect(codeOf('https://hooks.example.com/')).toBe('taken');
});
