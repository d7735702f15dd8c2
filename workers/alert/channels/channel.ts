/**
 * What every channel beside mail is: a module with these three functions and nothing else. It takes an alert as it is to
 * be told, and knows no table.
 */
import type { Reason, Verdict } from '#lib/rules/verdict.ts';
import type { Facts } from '#lib/rules/facts.ts';
import type { News } from '../news.ts';
import type { OutboundAnswer, OutboundOptions } from '#lib/server/outbound-fetch.ts';

export interface Channel {
  /** The body of one message. The same notice gives the same body, whatever the time. */
  render(notice: Notice, target: Target): string;
  /** One attempt. Throws OutboundError when nothing was answered. */
  send(message: Message, target: Target, options: OutboundOptions): Promise<OutboundAnswer>;
  outcomeOf(answer: OutboundAnswer): Outcome;
}

/** gone: take the channel out of use. refused: this message will never be taken. put-off: try again. */
export type Outcome = 'sent' | 'gone' | 'refused' | 'put-off';

export interface Notice {
  /** Nobody answered for an hour; somebody did; a test; what is about no signature. */
  readonly occasion: 'alert' | 'unanswered' | 'answer' | 'test' | 'news';
  /** The same for every message about one event. */
  readonly eventId: string;
  readonly at: string;
  readonly webUrl: string;
  /** Undefined for a test and for news. */
  readonly alert: ToldAlert | undefined;
  readonly news?: News | undefined;
}

export interface ToldAlert {
  readonly id: string;
  readonly verdict: Verdict;
  readonly reasons: readonly Reason[];
  readonly facts: Facts;
  readonly event: { readonly count: number; readonly first: string; readonly last: string };
  /** What it matched of all the watches that lead to this channel's address. */
  readonly watches: readonly { readonly kind: string; readonly value: string }[];
  /** What somebody said of it. */
  readonly answer: { readonly answer: string; readonly by: string; readonly at: string } | undefined;
}

export interface Message {
  readonly id: string;
  readonly body: string;
}

/** Opened from its seal. */
export interface Target {
  readonly url: string;
  /** The channel's own first, newest first; what they are for is the channel's business. */
  readonly secrets: readonly string[];
  readonly privateKeys: readonly string[];
}
