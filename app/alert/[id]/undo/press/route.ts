import { dependencies } from '../../../../dependencies.ts';
import { press } from '../../../asked.ts';
import { undoAnswers } from '../../../store.ts';

export async function POST(
  request: Request,
  { params }: { params: Promise<{ id: string }> },
): Promise<Response> {
  return press(request, params, (alert) => undoAnswers(dependencies(), alert), '');
}
