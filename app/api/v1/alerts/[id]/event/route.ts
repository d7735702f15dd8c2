import { answerApi, privateJson } from '../../../../../account/asked.ts';
import { watchIds } from '../../../../../account/team-watch.ts';
import { toldOfEvent } from '../../../../../alert/told.ts';
import { eventQuery } from '../../../../../alerts/schemas.ts';
import { teamAlert } from '../../../../../alerts/store.ts';
import { dependencies } from '../../../../../dependencies.ts';
import { withQuery, type Named } from '../../../../keyed.ts';
import { writePageCursor } from '../../../../page-cursor.ts';

/** Everything that is one event with an alert, one by one. */
export async function GET(request: Request, { params }: Named<'id'>): Promise<Response> {
  return answerApi(request, 'alerts:read', async (caller) => {
    const deps = dependencies();
    const { id } = await teamAlert(deps, caller, (await params).id);
    const told = { id, watches: await watchIds(deps, caller) };
    return withQuery(request, eventQuery, async ({ cursor }) => {
      const { total, page, pages, rows } = await toldOfEvent(deps, told, Number(cursor?.[0] ?? 1));
      return privateJson({
        total,
        alerts: rows.map(({ logId, happenedAt, facts, ...row }) => ({
          ...row,
          log: logId,
          happenedAt: happenedAt.toISOString(),
          facts: facts ?? null,
        })),
        next: page < pages ? writePageCursor(String(page + 1)) : null,
      });
    });
  });
}
