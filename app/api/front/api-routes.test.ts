import { expect, it } from 'vitest';
import { allowedMethods, findApiRoute, isOpenRead, namedIn } from './api-routes.ts';

const allowed = (path: string) => {
  const route = findApiRoute(path);
  return route && allowedMethods(route).toSorted();
};

it.each([
  ['/api/v1/logs', ['GET', 'HEAD', 'OPTIONS']],
  ['/api/v1/watches', ['GET', 'HEAD', 'OPTIONS', 'POST']],
  ['/api/v1/watches/preview', ['GET', 'HEAD', 'OPTIONS']],
  ['/api/v1/watches/x', ['DELETE', 'GET', 'HEAD', 'OPTIONS']],
  ['/api/v1/alerts/answers', ['OPTIONS', 'POST']],
  ['/api/v1/watches/x/channels/y/deliveries', ['GET', 'HEAD', 'OPTIONS']],
  ['/api/v1/watches/x/channels/y/rotate', ['OPTIONS', 'POST']],
  ['/api/v1/nothing', undefined],
  ['/api/v1/logs/', undefined],
  ['/api/v1/watches/x/y', undefined],
])('%s answers to %j', (path, methods) => {
  expect(allowed(path)).toEqual(methods);
});

it('lets other sites read what anybody may read, and nothing else', () => {
  const isOpen = (path: string, method: string) => {
    const route = findApiRoute(path);
    return route && isOpenRead(route, method);
  };
  expect(isOpen('/api/v1/signings', 'GET')).toBe(true);
  expect(isOpen('/api/v1/signings', 'HEAD')).toBe(true);
  for (const path of ['/api/v1/watches', '/api/v1/alerts', '/api/v1/team', '/api/dev/mailbox'])
    expect(isOpen(path, 'GET'), path).toBe(false);
  expect(isOpen('/api/v1/verify', 'POST')).toBe(false);
});

it('says what stands in an address', () => {
  expect(namedIn('/api/v1/entries/rekor/3/proof')).toEqual({
    path: '/api/v1/entries/{log}/{index}/proof',
    named: { log: 'rekor', index: '3' },
  });
});
