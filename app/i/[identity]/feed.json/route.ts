import { jsonFeed } from '../../../feeds/feed.ts';
import { exportHeaders, feedOf, readExported, type Asked } from '../exported.ts';

export async function GET(request: Request, asked: Asked): Promise<Response> {
  const exported = await readExported(request, asked, 50);
  if (exported instanceof Response) return exported;
  const headers = exportHeaders(exported, 'application/feed+json', 'feed.json');
  headers.delete('link');
  return new Response(jsonFeed(feedOf(exported, 'feed.json')), { headers });
}
