/** The API as OpenAPI 3.1, made of the schemas that the handlers parse with. /api shows the same. */
import { z } from 'zod';
import { acceptedAnswer, watchBody } from '../v1/schemas.ts';
import { verifyAnswer, verifyBody } from '../../verify/schemas.ts';
import { json, refused, schemaOf } from './parts.ts';
import { searchPaths } from './search-paths.ts';
import { securitySchemes, teamPaths } from './team-paths.ts';
import { webhooks } from './webhooks.ts';

export function openApiDocument(webUrl: string) {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Sigwatch',
      version: '1',
      description:
        'Who signed what, as verified against public transparency logs. What is public needs no key; with the key `swk_sandbox` every answer is an example.',
    },
    servers: [{ url: webUrl }],
    components: { securitySchemes },
    webhooks: webhooks(),
    paths: { ...searchPaths(), ...otherPaths(), ...teamPaths() },
  };
}

function otherPaths() {
  return {
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
  };
}
