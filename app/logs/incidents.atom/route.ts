import { dependencies } from '../../dependencies.ts';
import { atomFeed } from '../../feeds/feed.ts';
import { incidentFeed } from '../incident-feed.ts';
import { listIncidents, listLogs } from '../store.ts';

export async function GET(): Promise<Response> {
  const deps = dependencies();
  const [incidents, logs] = await Promise.all([listIncidents(deps, 50), listLogs(deps)]);
  return new Response(atomFeed(incidentFeed(incidents, logs, deps.config.web.url)), {
    headers: {
      'access-control-allow-origin': '*',
      'content-type': 'application/atom+xml; charset=utf-8',
      'cache-control': 'no-cache',
    },
  });
}
