/** The addresses of the API by the very document that describes them: what is not in it is not there. */
import { apiPaths } from '../openapi.json/document.ts';

export interface ApiRoute {
  /** Each method it answers to, and whether anybody may use it or only who has a key. */
  readonly methods: ReadonlyMap<string, 'open' | 'keyed'>;
}

interface Described {
  readonly security?: readonly unknown[];
}

const others: readonly (readonly [path: string, methods: ApiRoute['methods']])[] = [
  ['/api/openapi.json', new Map([['GET', 'open']])],
  // Of this very machine: no site may read it there.
  ['/api/dev/mailbox', new Map([['GET', 'keyed']])],
];

const routes = [
  ...others,
  ...Object.entries(apiPaths()).map(([path, item]) => {
    const methods = Object.entries(item as Readonly<Record<string, Described>>).map(
      ([method, { security = [] }]) =>
        [method.toUpperCase(), security.length === 0 ? 'open' : 'keyed'] as const,
    );
    return [path, new Map(methods)] as const;
  }),
].map(([path, methods]) => ({ path, pattern: patternOf(path), methods }));

const braces = ({ path }: { readonly path: string }) => path.split('{').length;
// /watches/preview before /watches/{id}.
const inOrder = routes.toSorted((a, b) => braces(a) - braces(b));

function patternOf(path: string): RegExp {
  const pattern = path.replaceAll('.', '\\.').replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)');
  return new RegExp(`^${pattern}$`);
}

/** Undefined for what is no address of the API. */
export function findApiRoute(path: string): ApiRoute | undefined {
  return inOrder.find(({ pattern }) => pattern.test(path));
}

/** Which address of the document it is, and what stands in its braces. */
export function namedIn(
  asked: string,
): { readonly path: string; readonly named: Readonly<Record<string, string>> } | undefined {
  const route = inOrder.find(({ pattern }) => pattern.test(asked));
  return route && { path: route.path, named: route.pattern.exec(asked)?.groups ?? {} };
}

/** Whether scripts of any site may read what it answers. */
export function isOpenRead(route: ApiRoute, method: string): boolean {
  return (method === 'GET' || method === 'HEAD') && route.methods.get('GET') === 'open';
}

export function allowedMethods({ methods }: ApiRoute): string[] {
  return [...methods.keys(), ...(methods.has('GET') ? ['HEAD'] : []), 'OPTIONS'];
}
