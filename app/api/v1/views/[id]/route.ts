import { answerApi, privateJson } from '../../../../account/asked.ts';
import { removeView } from '../../../../alerts/views.ts';
import { dependencies } from '../../../../dependencies.ts';
import type { Named } from '../../../keyed.ts';

export async function DELETE(request: Request, { params }: Named<'id'>): Promise<Response> {
  return answerApi(request, 'alerts:write', async (caller) => {
    const { id } = await params;
    await removeView(dependencies(), caller, id);
    return privateJson({ id, state: 'ended' });
  });
}
