import { dependencies } from '../../dependencies.ts';
import { tokenIn } from '../../form.ts';
import { watchOfFeed } from '../settings/feed.ts';
import { atomFeed, jsonFeed, type FeedRow, type NewsRow } from './feed.ts';

const newest = 50;

/** `?token=…` as Atom, with `&format=json` as JSON Feed. */
export async function GET(request: Request): Promise<Response> {
  const { prisma, sql, statement, config } = dependencies();
  const token = tokenIn(request);
  const id = token === undefined ? undefined : await watchOfFeed({ prisma }, token);
  const watch = id === undefined ? null : await prisma.accountWatch.findUnique({ where: { id } });
  if (watch?.state !== 'confirmed')
    return new Response('There is no such feed.\n', {
      status: 404,
      headers: { 'content-type': 'text/plain; charset=utf-8' },
    });
  const rows = await sql.unsafe<FeedRow[]>(statement('alert-feed'), [watch.id, String(newest)]);
  const news = await sql.unsafe<NewsRow[]>(statement('alert-feed-news'), [String(newest)]);
  const shown = { watched: watch.value, webUrl: config.web.url, rows, news };
  const asJson = new URL(request.url).searchParams.get('format') === 'json';
  return new Response(asJson ? jsonFeed(shown) : atomFeed(shown, watch.id), {
    headers: {
      'content-type': asJson ? 'application/feed+json' : 'application/atom+xml; charset=utf-8',
      'cache-control': 'private, max-age=60',
    },
  });
}
