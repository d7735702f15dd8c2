import { expect, it } from 'vitest';
import type { IncidentKind } from '#lib/source/incident-words.ts';
import { incidentLetter } from './incidents.ts';

const letterOf = (kind: IncidentKind, evidence?: string) =>
  incidentLetter(
    { name: 'log-one' },
    { kind, detail: 'So it was.', before: undefined, after: undefined, evidence },
    'https://sigwatch.example',
  );

it('says in its subject what is certain, and promises evidence only where there is some', async () => {
  const fork = await letterOf('fork', '{}');
  expect(fork.subject).toBe('The log log-one contradicts itself');
  expect(fork.text).toContain('See the evidence');
  const kinds = ['rollback', 'wrong-bytes', 'bad-signature', 'key-change'] as const;
  for (const kind of kinds) {
    const { subject, text } = await letterOf(kind);
    expect(subject).not.toContain('contradicts itself');
    expect(text).not.toContain('See the evidence');
  }
});
