/** The part of the API that finds what was signed, and says how far that is known. No key is needed. */
import { z } from 'zod';
import { statusAnswer } from '../../status/schemas.ts';
import {
  entriesAnswer,
  entriesQuery,
  logsAnswer,
  namesAnswer,
  namesQuery,
  rangeAnswer,
  signingAnswer,
  signingsAnswer,
  signingsQuery,
} from '../v1/schemas.ts';
import { json, pathParameter, queryParameters, refused } from './parts.ts';

const entryAnswer = signingAnswer.extend({ leafHash: z.string().describe('Hexadecimal, RFC 6962 §2.1.') });

export function searchPaths() {
  return {
    '/api/v1/signings': {
      get: {
        summary: 'Signatures by identity, artifact or repository, newest first',
        parameters: queryParameters(signingsQuery),
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
    '/api/v1/entries': {
      get: {
        summary: 'The entries with a certificate or a leaf, by its hash or a Rekor UUID',
        parameters: queryParameters(entriesQuery),
        responses: { 200: json(entriesAnswer), 400: refused() },
      },
    },
    '/api/v1/names': {
      get: {
        summary: 'Repositories and workflows of an owner that signed, each once',
        parameters: queryParameters(namesQuery),
        responses: { 200: json(namesAnswer), 400: refused() },
      },
    },
    '/api/v1/checkpoints/{origin}/checkpoint': {
      get: {
        summary:
          'The newest checkpoint of a log that we verified, as it signed it; origin is SHA-256 of its name',
        parameters: [pathParameter('origin')],
        responses: {
          200: { description: 'OK', content: { 'text/plain': { schema: { type: 'string' } } } },
          400: refused(),
          404: refused(),
        },
      },
    },
    '/api/v1/range/{prefix}': {
      get: {
        summary:
          'Names by the first five digits of their SHA-256, so that we do not learn which one is asked for',
        parameters: [pathParameter('prefix')],
        responses: { 200: json(rangeAnswer), 400: refused() },
      },
    },
    ...statePaths(),
  };
}

/** How the logs are, and this instance. */
function statePaths() {
  return {
    '/api/v1/status': {
      get: {
        summary: 'How each part of this instance is, and how the last 90 days went',
        responses: { 200: json(statusAnswer), 503: refused() },
      },
    },
    '/api/v1/logs': { get: { summary: 'The logs we follow', responses: { 200: json(logsAnswer) } } },
    '/api/v1/incidents/{id}/served': {
      get: {
        summary: 'Entries that a log served and had not signed, with proofs that anybody can check',
        parameters: [pathParameter('id')],
        responses: { 200: { description: 'A document that says how it is checked.' }, 404: refused() },
      },
    },
  };
}
