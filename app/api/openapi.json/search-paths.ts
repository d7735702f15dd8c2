/** The part of the API that finds what was signed, and says how far that is known. No key is needed. */
import { z } from 'zod';
import { aroundAnswer, compareAnswer, compareQuery, proofAnswer } from '../../e/schemas.ts';
import { historyAnswer, historyQuery } from '../../logs/schemas.ts';
import { setupAnswer } from '../../setup/schemas.ts';
import { identitiesQuery, identityAnswer } from '../../signings/schemas.ts';
import { statusAnswer } from '../../status/schemas.ts';
import {
  entriesAnswer,
  entriesQuery,
  entryAnswer,
  logsAnswer,
  namesAnswer,
  namesQuery,
  rangeAnswer,
  signingsAnswer,
  signingsQuery,
} from '../v1/schemas.ts';
import { open, pathParameter, refused } from './parts.ts';

export function searchPaths() {
  return {
    '/api/v1/signings': {
      get: open('Signatures by identity, artifact or repository, newest first', signingsAnswer, {
        query: signingsQuery,
      }),
    },
    '/api/v1/identities': {
      get: open('A name: where it signed from, its rhythm, names that look alike', identityAnswer, {
        query: identitiesQuery,
      }),
    },
    ...entryPaths(),
    '/api/v1/names': {
      get: open('Repositories and workflows of an owner that signed, each once', namesAnswer, {
        query: namesQuery,
      }),
    },
    '/api/v1/range/{prefix}': {
      get: open(
        'Names by the first five digits of their SHA-256, so that we do not learn which one is asked for',
        rangeAnswer,
        { named: ['prefix'] },
      ),
    },
    ...statePaths(),
  };
}

function entryPaths() {
  const named = ['log', 'index'];
  const refusals = [400, 404];
  return {
    '/api/v1/entries': {
      get: open('The entries with a certificate or a leaf, by its hash or a Rekor UUID', entriesAnswer, {
        query: entriesQuery,
      }),
    },
    '/api/v1/entries/{log}/{index}': {
      get: open('One verified log entry', entryAnswer, { named, refusals }),
    },
    '/api/v1/entries/{log}/{index}/around': {
      get: open('The signatures before and after by the same name, and what changed', aroundAnswer, {
        named,
        refusals,
      }),
    },
    '/api/v1/entries/{log}/{index}/proof': {
      get: open('The proof that the entry is in its log, made anew', proofAnswer, { named, refusals }),
    },
    '/api/v1/compare': {
      get: open('Two entries field by field', compareAnswer, { query: compareQuery, refusals }),
    },
  };
}

/** How the logs are, and this instance. */
function statePaths() {
  return {
    '/api/v1/logs': { get: open('The logs we follow, their incidents and blind times', logsAnswer, {}) },
    '/api/v1/logs/history': {
      get: open('How the logs stood over time: what the charts draw', historyAnswer, { query: historyQuery }),
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
    '/api/v1/incidents/{id}/evidence': {
      get: open(
        'What a log did that no log may, as a document that anybody can check: what it proves, and what stays our word',
        z.looseObject({}).describe('A document that says how it is checked.'),
        { named: ['id'], refusals: [404] },
      ),
    },
    '/api/v1/status': {
      get: open('How each part of this instance is, and how the last 90 days went', statusAnswer, {
        refusals: [503],
      }),
    },
    '/api/v1/setup': {
      get: open('How signing clients are pointed at this instance', setupAnswer, { refusals: [] }),
    },
  };
}
