/** The API as OpenAPI 3.1, made of the schemas that the handlers parse with. /api shows the same. */
import { verifyAnswer, verifyBody } from '../../verify/schemas.ts';
import { alertPaths } from './alert-paths.ts';
import { open } from './parts.ts';
import { searchPaths } from './search-paths.ts';
import { teamPaths } from './team-paths.ts';
import { watchPaths } from './watch-paths.ts';
import { webhooks } from './webhooks.ts';

const key = {
  type: 'http',
  scheme: 'bearer',
  description: 'An API key of a team: `swk_…`, made under Settings.',
} as const;

export function openApiDocument(webUrl: string) {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Sigwatch',
      version: '1',
      description:
        'Who signed what, as verified against public transparency logs. What is public needs no key; with the key `swk_sandbox` every answer is an example.',
    },
    servers: [{ url: webUrl }],
    tags: Object.values(groups).map((name) => ({ name })),
    components: { securitySchemes: { key } },
    webhooks: webhooks(),
    paths: apiPaths(),
  };
}

/** In the order in which a reader wants them. */
export function apiPaths() {
  return {
    ...tagged(groups.search, { ...searchPaths(), ...verifyPath() }),
    ...tagged(groups.watch, watchPaths()),
    ...tagged(groups.alert, alertPaths()),
    ...tagged(groups.team, teamPaths()),
  };
}

const groups = {
  search: 'Looking up and verifying',
  watch: 'Watches',
  alert: 'Alerts, announcements, freezes',
  team: 'Team and account',
} as const;

function tagged<T extends Readonly<Record<string, object>>>(tag: string, paths: T): T {
  const all = Object.entries(paths).map(([path, item]) => {
    const operations = Object.entries(item).map(([method, described]) => [
      method,
      { ...(described as object), tags: [tag] },
    ]);
    return [path, Object.fromEntries(operations)] as const;
  });
  return Object.fromEntries(all) as T;
}

function verifyPath() {
  return {
    '/api/v1/verify': {
      post: open(
        'Verify a bundle against who is expected, or several against a policy; nothing is kept',
        verifyAnswer,
        { body: verifyBody, refusals: [400, 413, 415, 503] },
      ),
    },
  };
}
