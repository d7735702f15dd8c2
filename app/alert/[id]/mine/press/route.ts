import { dependencies } from '../../../../dependencies.ts';
import { sayOfAlerts } from '../../../answers.ts';
import { holderOf, press } from '../../../asked.ts';
import type { Alert } from '../../../store.ts';

export async function POST(
  request: Request,
  { params }: { params: Promise<{ id: string }> },
): Promise<Response> {
  const say = async (alert: Alert): Promise<void> => {
    await sayOfAlerts(dependencies(), [alert.id], { answer: 'mine', who: holderOf(alert) });
  };
  return press(request, params, say, '');
}
