import { z } from 'zod';
import { dependencies } from '../../dependencies.ts';
import { publicJson } from '../problem.ts';
import { securitySchemes, teamPaths } from './team-paths.ts';
import {
  acceptedAnswer,
  logsAnswer,
  problemAnswer,
  signingAnswer,
  signingsAnswer,
  signingsQuery,
  watchBody,
} from '../v1/schemas.ts';
import { verifyAnswer, verifyBody } from '../../verify/schemas.ts';

const entryAnswer = signingAnswer.extend({ leafHash: z.string().describe('Hexadecimal, RFC 6962 §2.1.') });

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
      '/api/v1/signings': {
        get: {
          summary: 'Signatures by identity, artifact or repository, newest first',
          parameters: queryParameters(),
          responses: { 200: json(signingsAnswer), 400: refused() },
        },
      },
      '/api/v1/entries/{log}/{index}': {
        get: {
          summary: 'One verified log entry',
          parameters: [pathParameter('log'), pathParameter('index')],
          responses: { 200: json(entryAnswer), 400: refused(), 404: refused() },
        },
      },
      '/api/v1/logs': { get: { summary: 'The logs we follow', responses: { 200: json(logsAnswer) } } },
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

function queryParameters() {
  const { properties = {} } = z.toJSONSchema(signingsQuery, { io: 'input' });
  return Object.entries(properties).map(([name, schema]) => ({ name, in: 'query', required: false, schema }));
}

function pathParameter(name: string) {
  return { name, in: 'path', required: true, schema: { type: 'string' } };
}

function json(schema: z.ZodType) {
  return { description: 'OK', content: { 'application/json': { schema: schemaOf(schema) } } };
}

function refused() {
  return {
    description: 'Refused',
    content: { 'application/problem+json': { schema: schemaOf(problemAnswer) } },
  };
}

function schemaOf(schema: z.ZodType) {
  return z.toJSONSchema(schema);
}
