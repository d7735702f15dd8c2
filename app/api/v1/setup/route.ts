import { dependencies } from '../../../dependencies.ts';
import { readSetup } from '../../../setup/setup.ts';
import { publicJson } from '../../problem.ts';

export const dynamic = 'force-dynamic';

export async function GET(): Promise<Response> {
  return publicJson(await readSetup(dependencies()));
}
