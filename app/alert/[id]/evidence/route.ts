import { dependencies } from '../../../dependencies.ts';
import { tokenIn } from '../../../form.ts';
import { evidenceFile } from '../../evidence-file.ts';
import { findHeldAlert } from '../../store.ts';

/** For whoever holds the mail. */
export async function GET(
  request: Request,
  { params }: { params: Promise<{ id: string }> },
): Promise<Response> {
  const deps = dependencies();
  return evidenceFile(deps, await findHeldAlert(deps, (await params).id, tokenIn(request)));
}
