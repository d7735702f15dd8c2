import { z } from 'zod';
import { dependencies } from '../../../../dependencies.ts';
import { readForm, tokenIn } from '../../../../form.ts';
import { undoAnswers } from '../../../answers.ts';
import { holderOf, press } from '../../../asked.ts';
import type { Alert } from '../../../store.ts';

const form = z.strictObject({ act: z.literal('undo') });

export async function POST(
  request: Request,
  { params }: { params: Promise<{ id: string }> },
): Promise<Response> {
  const pressed = await readForm(request, form);
  const undo = async (alert: Alert): Promise<string | undefined> => {
    const page = `/alert/${alert.id}?token=${tokenIn(request) ?? ''}`;
    if (pressed === undefined) return `${page}&again=yes`;
    const undone = await undoAnswers(dependencies(), [alert.id], holderOf(alert), alert);
    return undone === 0 ? `${page}&undone=nothing` : undefined;
  };
  return press(request, params, undo, '');
}
