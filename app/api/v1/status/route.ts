import { dependencies } from '../../../dependencies.ts';
import { problem, publicJson } from '../../problem.ts';

export async function GET(): Promise<Response> {
  try {
    return publicJson(await dependencies().readStatus());
  } catch {
    return problem(503, 'The database does not answer: nothing else is known.');
  }
}
