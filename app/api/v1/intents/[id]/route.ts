import { answerApi, privateJson } from '../../../../account/asked.ts';
import { dependencies } from '../../../../dependencies.ts';
import { intentJson } from '../../../../intents/intent-json.ts';
import { cancelIntent, findIntent } from '../../../../intents/store.ts';

interface Named {
  readonly params: Promise<{ id: string }>;
}

export async function GET(request: Request, { params }: Named): Promise<Response> {
  return answerApi(request, 'intents:read', async (caller) =>
    privateJson(intentJson(await findIntent(dependencies(), caller, (await params).id))),
  );
}

/** Cancels it; it stays listed. */
export async function DELETE(request: Request, { params }: Named): Promise<Response> {
  return answerApi(request, 'intents:write', async (caller) =>
    privateJson(intentJson(await cancelIntent(dependencies(), caller, (await params).id))),
  );
}
