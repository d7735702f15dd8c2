import { z } from 'zod';
import { dependencies } from '../../dependencies.ts';
import { publicJson } from '../problem.ts';
import { json, refused, schemaOf } from './parts.ts';
import { searchPaths } from './search-paths.ts';
import { securitySchemes, teamPaths } from './team-paths.ts';
import { acceptedAnswer, watchBody } from '../v1/schemas.ts';
import { verifyAnswer, verifyBody } from '../../verify/schemas.ts';

export async function GET(): Promise<Response> {
  return publicJson({
    openapi: '3.1.0',
    info: {
      title: 'Sigwatch',
      version: '1',
      description:
        'Who signed what, as verified against public transparency logs. What is public needs no key.',
    },
    servers: [{ url: dependencies().config.web.url }],
    components: { securitySchemes },
    paths: {
      ...teamPaths(),
      ...searchPaths(),
      '/api/v1/watches': {
        post: {
          summary: 'Ask to be told; a mail to the address asks to confirm',
          requestBody: { required: true, content: { 'application/json': { schema: schemaOf(watchBody) } } },
          responses: { 202: json(acceptedAnswer), 400: refused(), 415: refused() },
        },
      },
      '/api/v1/verify': {
        post: {
          summary: 'Verify a bundle against who is expected, or several against a policy; nothing is kept',
          requestBody: {
            required: true,
            content: { 'application/json': { schema: z.toJSONSchema(verifyBody, { io: 'input' }) } },
          },
          responses: {
            200: json(verifyAnswer),
            400: refused(),
            413: refused(),
            415: refused(),
            429: refused(),
            503: refused(),
          },
        },
      },
    },
  });
}
