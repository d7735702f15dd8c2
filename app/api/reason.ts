/** Why a question does not read, in one sentence for whoever wrote it; zod's own words are for whoever wrote the schema. */
import type { z } from 'zod';
import { visibleText } from '#lib/encoding/visible-text.ts';
import { fieldExamples } from './field-examples.ts';

type Issue = z.core.$ZodIssue;

export function reasonOf(error: z.ZodError): string {
  const issue = error.issues[0];
  if (issue === undefined) return 'It does not read.';
  const path = issue.path.join('.');
  const name = String(issue.path.findLast((part) => typeof part === 'string') ?? '');
  const words = withExample(wordsOf(issue), fieldExamples[name]);
  return `${path === '' ? '' : `${visibleText(path, 80)}: `}${words}`;
}

function withExample(words: string, example: string | undefined): string {
  if (words.endsWith('.')) return words;
  return example === undefined || words.includes('for example')
    ? `${words}.`
    : `${words}; for example ${example}.`;
}

const wordsOfZod = /^(?:Invalid|Too (?:small|big)|Unrecognized|No matching)/;

function wordsOf(issue: Issue): string {
  // The schema has words of its own for it.
  if (!wordsOfZod.test(issue.message)) return issue.message;
  switch (issue.code) {
    case 'invalid_type':
      return typeWords(issue);
    case 'too_small':
      return boundWords(issue.origin, 'at least', issue.minimum);
    case 'too_big':
      return boundWords(issue.origin, 'at most', issue.maximum);
    case 'invalid_format':
      return formats[issue.format] ?? 'not in the form that is taken here';
    case 'invalid_value':
      return `takes ${issue.values.length === 1 ? '' : 'one of '}${issue.values.map(String).join(', ')}.`;
    case 'unrecognized_keys':
      return `${visibleText(issue.keys[0] ?? '', 80)} is nothing this address takes. /api lists what it does.`;
    case 'invalid_union':
      return unionWords(issue);
    case 'not_multiple_of':
      return `takes multiples of ${issue.divisor}`;
    case 'custom':
      return issue.message;
    default:
      return 'not in the form that is taken here';
  }
}

const types: Readonly<Record<string, string>> = {
  number: 'not a number',
  int: 'not a whole number',
  string: 'takes text',
  boolean: 'takes true or false.',
  array: 'takes a list',
  tuple: 'takes a list',
  object: 'takes an object',
  record: 'takes an object',
};

/** The issue says only in its words whether there was anything. */
function typeWords({ expected, message }: Extract<Issue, { code: 'invalid_type' }>): string {
  return message.endsWith('received undefined') ? 'is needed' : (types[expected] ?? 'of another type');
}

function boundWords(origin: string, bound: 'at least' | 'at most', limit: number | bigint): string {
  const one = Number(limit) === 1;
  if (origin === 'string' && bound === 'at least' && one) return 'is empty';
  if (origin === 'string') return `takes ${bound} ${limit} ${one ? 'character' : 'characters'}`;
  if (origin === 'array' || origin === 'set') return `takes ${bound} ${limit}`;
  return `takes ${limit} ${bound === 'at least' ? 'or more' : 'or less'}`;
}

const formats: Readonly<Record<string, string>> = {
  datetime: 'not a time with its zone',
  date: 'not a date',
  email: 'not an e-mail address',
  uuid: 'not an id as this API gives them',
  url: 'not an address of a page',
  base64: 'not base64',
};

/** Those of what came nearest: the fewest things wrong with it. */
function unionWords({ errors }: Extract<Issue, { code: 'invalid_union' }>): string {
  const [nearest] = errors.toSorted((a, b) => a.length - b.length);
  const issue = nearest?.[0];
  return issue === undefined ? 'not in any of the forms that are taken here' : wordsOf(issue);
}
