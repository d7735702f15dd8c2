import { dependencies } from '../../../../dependencies.ts';
import { undoAnswers } from '../../../answers.ts';
import { holderOf, press } from '../../../asked.ts';
import type { Alert } from '../../../store.ts';

export async function POST(
  request: Request,
  { params }: { params: Promise<{ id: string }> },
): Promise<Response> {
  const undo = async (alert: Alert): Promise<void> => {
    await undoAnswers(dependencies(), [alert.id], holderOf(alert), alert);
  };
  return press(request, params, undo, '');
}
