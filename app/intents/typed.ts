/** The form of announcements: what is wrong with what was typed, said by the page and by the press alike. */
import { readIdentity } from '../find/question.ts';
import { intentBody, type IntentBody } from './schemas.ts';

const typedFields = ['repository', 'digest', 'count', 'ref', 'workflow', 'hours'] as const;
export type TypedField = (typeof typedFields)[number];
export type Typed = Readonly<Record<TypedField, string>>;

const words: Readonly<Record<TypedField, string>> = {
  repository: 'That is no repository, e-mail address or URI. It should look like github.com/acme/app.',
  digest: 'A SHA-256 has 64 hexadecimal digits.',
  count: 'A whole number from 1 to 10000, and only without a digest.',
  ref: 'At most 512 letters, for example refs/tags/v1.2.3.',
  workflow: 'At most 512 letters, for example release.yml.',
  hours: 'A number of hours from 0.1 to 720.',
};

export interface Wrong {
  readonly field: TypedField;
  readonly words: string;
}

export function readTyped(typed: Typed, now: Date): IntentBody | Wrong {
  const hours = Number(typed.hours);
  if (readIdentity(typed.repository) === undefined) return wrong('repository');
  if (!(hours >= 0.1 && hours <= 720)) return wrong('hours');
  const given = {
    repository: typed.repository.trim(),
    ...filled('digest', typed.digest),
    ...filled('ref', typed.ref),
    ...filled('workflow', typed.workflow),
    ...(typed.count.trim() === '' ? {} : { count: Number(typed.count) }),
    until: new Date(now.getTime() + hours * 3_600_000).toISOString(),
  };
  const read = intentBody.safeParse(given);
  if (read.success) return read.data;
  const name = read.error.issues[0]?.path[0];
  return wrong(typedFields.find((field) => field === name) ?? 'count');
}

function wrong(field: TypedField): Wrong {
  return { field, words: words[field] };
}

function filled(name: string, text: string): Record<string, string> {
  return text.trim() === '' ? {} : { [name]: text.trim() };
}
