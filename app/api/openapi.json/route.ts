import { dependencies } from '../../dependencies.ts';
import { publicJson } from '../problem.ts';
import { openApiDocument } from './document.ts';

export async function GET(): Promise<Response> {
  return publicJson(openApiDocument(dependencies().config.web.url));
}
