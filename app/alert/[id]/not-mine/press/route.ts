import { dependencies } from '../../../../dependencies.ts';
import { sayOfAlerts } from '../../../answers.ts';
import { holderOf, press } from '../../../asked.ts';
import type { Alert } from '../../../store.ts';

export async function POST(
  request: Request,
  { params }: { params: Promise<{ id: string }> },
): Promise<Response> {
  const say = async (alert: Alert): Promise<void> => {
    const { id, watches } = alert;
    await sayOfAlerts(dependencies(), [id], { answer: 'not-mine', who: holderOf(alert), watches });
  };
  return press(request, params, say, '/not-mine');
}
