import { answerApi, privateJson } from '../../../account/asked.ts';
import { alertJson } from '../../../alerts/alert-json.ts';
import { alertsQuery, readPosition, writePosition } from '../../../alerts/schemas.ts';
import { countAlerts, listAlerts } from '../../../alerts/store.ts';
import { dependencies } from '../../../dependencies.ts';
import { problem, readQuery } from '../../problem.ts';

export async function GET(request: Request): Promise<Response> {
  return answerApi(request, 'alerts:read', async (caller) => {
    const query = readQuery(request, alertsQuery);
    if ('problem' in query) return query.problem;
    const { state, verdict, watch, since, cursor, limit } = query.value;
    const before = cursor === undefined ? undefined : readPosition(cursor);
    if (cursor !== undefined && before === undefined) return problem(400, 'cursor: not a cursor of ours');
    const deps = dependencies();
    const found = await listAlerts(deps, caller, {
      states: state ?? [],
      verdicts: verdict ?? [],
      watchId: watch,
      since: since === undefined ? undefined : new Date(since),
      before,
      limit,
    });
    const { open, grave } = await countAlerts(deps, caller);
    return privateJson({
      unanswered: open,
      grave,
      alerts: found.alerts.map((alert) => alertJson(alert, deps.config.web.url)),
      next: found.next === undefined ? null : writePosition(found.next),
    });
  });
}
