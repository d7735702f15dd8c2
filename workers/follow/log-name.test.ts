import { expect, it } from 'vitest';
import type { FollowedLog, LogKind } from './followed-log.ts';
import { logName, toldApart } from './log-name.ts';

const listed = (id: string, kind: LogKind, url: string) => ({
  log: { id, kind, url, name: logName(kind, url) } as FollowedLog,
});
const names = (...logs: ReturnType<typeof listed>[]) => toldApart(logs).map(({ log }) => log.name);

it('says where a log is, with its port, and what it holds', () => {
  expect(
    names(
      listed('a', 'rekor-v2', 'http://localhost:3002/api/v2'),
      listed('b', 'rekor-v1', 'http://localhost:3002'),
      listed('c', 'ct', 'http://localhost:3002/ct'),
    ),
  ).toEqual(['localhost:3002 signatures', 'localhost:3002 signatures (v1)', 'localhost:3002 certificates']);
});

it('gives no two logs one name', () => {
  expect(
    names(
      listed('a', 'ct', 'https://log.example/2026'),
      listed('b', 'ct', 'https://log.example/2027'),
      listed('rekor1-00aaaaaa', 'rekor-v1', 'https://log.example'),
      listed('rekor1-00bbbbbb', 'rekor-v1', 'https://log.example'),
    ),
  ).toEqual([
    'log.example certificates (/2026)',
    'log.example certificates (/2027)',
    'log.example signatures (v1), …aaaaaa',
    'log.example signatures (v1), …bbbbbb',
  ]);
});
