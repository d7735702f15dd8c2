/** What went wrong with a log, as a feed: an item for its beginning, changed when it is over. */
import { incidentHeading } from '#lib/source/incident-words.ts';
import type { Feed } from '../feeds/feed.ts';
import type { FollowedLog, Incident } from './store.ts';

export function incidentFeed(
  incidents: readonly Incident[],
  logs: readonly Pick<FollowedLog, 'id' | 'name'>[],
  webUrl: string,
): Feed {
  return {
    title: 'Sigwatch: incidents of the logs we follow',
    pageUrl: `${webUrl}/logs`,
    feedUrl: `${webUrl}/logs/incidents.atom`,
    since: new Date(0),
    items: incidents.map(({ id, logId, kind, detail, openedAt, resolvedAt }) => ({
      url: `${webUrl}/logs#${id}`,
      title: `${incidentHeading(kind, logs.find((log) => log.id === logId)?.name ?? logId)}${resolvedAt === null ? '' : ', over'}`,
      text: detail,
      at: resolvedAt ?? openedAt,
    })),
  };
}
