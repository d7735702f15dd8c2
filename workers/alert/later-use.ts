/**
 * A certificate that was told of as unused and is used after all: no second event, but what is known of the first. A
 * signature that is itself unexpected is told by itself, as any other.
 */
import type { Transaction } from '#lib/server/database.ts';
import { namedSql } from '#lib/server/named-sql.ts';
import { visibleText } from '#lib/encoding/visible-text.ts';
import type { NewAlert } from './insert-alerts.ts';
import { issuedSubject } from './same-event.ts';

const amendUnused = namedSql('alert-amend-unused');

/** Whether it says no more than that the certificate is in use. */
export const isQuietUse = ({ verdict }: Pick<NewAlert, 'verdict'>): boolean =>
  verdict === 'expected' || verdict === 'notable';

export async function amendIssued(transaction: Transaction, alerts: readonly NewAlert[]): Promise<number> {
  const uses = alerts.flatMap((alert) => {
    const subject = issuedSubject(alert);
    return subject === undefined ? [] : [{ ...alert, subject }];
  });
  if (uses.length === 0) return 0;
  const amended = await transaction.unsafe(amendUnused, [
    uses.map(({ watchId }) => watchId),
    uses.map(({ subject }) => subject),
    uses.map((use) => JSON.stringify({ rule: 'certificate-used', words: words(use) })),
    uses.map((use) => (isQuietUse(use) ? use.verdict : '')),
  ]);
  return amended.count;
}

function words({ facts: { certificate, seenAt, index, logName } }: NewAlert): string {
  const issuedAt = certificate?.notBefore;
  const after = issuedAt === undefined ? 'later' : `after ${span(Date.parse(seenAt) - Date.parse(issuedAt))}`;
  return `It was used ${after}: entry ${index} of ${visibleText(logName)} is a signature made with it.`;
}

function span(ms: number): string {
  const minutes = Math.max(0, Math.round(ms / 60_000));
  if (minutes >= 120) return `${Math.round(minutes / 60)} hours`;
  return minutes === 1 ? 'a minute' : `${minutes} minutes`;
}
