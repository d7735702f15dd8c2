/**
 * An act of the record as a sentence: who did it stands before it. The record holds ids and no names; what it was done to is
 * named as far as that still stands; {of} is where the name goes, since that is a stranger's words.
 */
import { acts, type Act } from './audit.ts';

type Detail = Readonly<Record<string, unknown>>;
type Sentence = (detail: Detail, of: string | undefined) => string;

const answers: Readonly<Record<string, string>> = {
  acknowledged: 'seen, being looked into',
  mine: 'this was me',
  'not-mine': 'this wasn’t me',
  resolved: 'closed',
  reopened: 'opened again',
  undone: 'the answer is taken back',
};

const steps: Readonly<Record<string, string>> = {
  contain: '“Contain”',
  preserve: '“Preserve”',
  rotate: '“Rotate”',
  tell: '“Tell”',
  block: '“Block”',
  scope: '“Find out how far it went”',
  close: '“Close”',
};

const word = (detail: Detail, name: string): string => (typeof detail[name] === 'string' ? detail[name] : '');
const asRole = (detail: Detail): string => (word(detail, 'role') === '' ? '' : ` as ${word(detail, 'role')}`);
const named = (words: string, of: string | undefined, without: string): string =>
  of === undefined ? without : `${words} {${of}}`;
const answer = (detail: Detail): string => answers[word(detail, 'answer')] ?? word(detail, 'answer');

function alerts({ alerts: count }: Detail, of: string | undefined): string {
  const many = typeof count === 'number' && count > 1 ? `${count} alerts` : 'an alert';
  return named(`${many} of`, of, many);
}

const sentences: Partial<Record<Act, Sentence>> = {
  'session.opened': (detail) =>
    word(detail, 'method') === 'code' ? 'signed in by mailed code' : `signed in by ${word(detail, 'method')}`,
  'login.added': (detail) => `added a login of ${word(detail, 'provider')}`,
  'key.made': (detail, of) =>
    `${named('made the API key', of, 'made an API key')} for ${word(detail, 'scopes').split(' ').join(', ')}`,
  'key.ended': (_, of) => named('ended the API key', of, 'ended an API key'),
  'member.invited': (detail, of) => named('invited', of, 'invited somebody') + asRole(detail),
  'member.joined': (detail) => `joined${asRole(detail)}`,
  'member.changed': (detail, of) =>
    `${named('made', of, 'made somebody')} ${word(detail, 'role') === 'owner' ? 'an' : 'a'} ${word(detail, 'role')}`,
  'invitation.ended': (_, of) => named('took back the invitation of', of, 'took an invitation back'),
  'watch.adopted': (_, of) => named('took over the watch of', of, acts['watch.adopted']),
  'watch.added': (_, of) => named('began to watch', of, 'added a watch'),
  'watch.changed': ({ readdressed }, of) =>
    readdressed === true
      ? `${named('left, and the alerts of', of, 'left, and the alerts of a watch')} go to another member`
      : named('changed the watch of', of, 'changed a watch'),
  'watch.stopped': (_, of) => named('stopped watching', of, 'stopped a watch'),
  'watch.resumed': (_, of) => named('took back the end of the watch of', of, acts['watch.resumed']),
  'rule.accepted': (_, of) => named('added a rule to the watch of', of, 'added a rule'),
  'rule.ended': (_, of) => named('ended a rule of the watch of', of, 'ended a rule'),
  'channel.added': (_, of) => named('added a channel to the watch of', of, 'added a channel'),
  'channel.changed': (_, of) => named('changed a channel of the watch of', of, 'changed a channel'),
  'channel.ended': (_, of) => named('ended a channel of the watch of', of, 'ended a channel'),
  'alert.answered': (detail, of) => `answered ${alerts(detail, of)}: ${answer(detail)}`,
  'response.noted': ({ step, unstep, cause }) => {
    if (typeof cause === 'string') return 'noted the cause of an event that was not theirs';
    const isDone = typeof step === 'string';
    const name = isDone ? step : unstep;
    if (typeof name !== 'string') return acts['response.noted'];
    return `${isDone ? 'noted as done' : 'noted as not done after all'}: ${steps[name] ?? name}`;
  },
  'intent.made': ({ count }, of) =>
    named(
      `announced ${count === 1 || count === undefined ? 'a signature' : `${String(count)} signatures`} of`,
      of,
      acts['intent.made'],
    ),
  'intent.ended': (_, of) => named('took back an announcement of', of, acts['intent.ended']),
  'ownership.asked': (_, of) => named('began to prove ownership of', of, acts['ownership.asked']),
  'ownership.proven': (_, of) => named('proved to own', of, acts['ownership.proven']),
  'ownership.contested': (_, of) =>
    named(
      'saw another repository sign under the proven name',
      of,
      'saw another repository sign under a proven name',
    ),
  'ownership.rival': ({ numbers }, of) =>
    `${named('was told that another team proved', of, 'was told that another team proved a proven name')}, under ${typeof numbers === 'string' ? numbers : 'other numbers'}`,
  'ownership.failing': (_, of) =>
    named(
      'could no longer find the proof that the team owns',
      of,
      'could no longer find a proof of ownership',
    ),
  'ownership.ended': (_, of) => named('ended the ownership of', of, 'ended an ownership'),
  'answer.shared': (detail, of) =>
    `${named('answered for everybody who watches', of, acts['answer.shared'])}: ${answer(detail)}`,
  'answer.withdrawn': (_, of) =>
    named('took back the answer for everybody who watches', of, acts['answer.withdrawn']),
  'answer.received': (detail, of) =>
    `received the answer of the owner of ${of === undefined ? 'a watched name' : `{${of}}`}: ${answer(detail)}`,
  'search.left': (_, of) => named('took out of the search', of, acts['search.left']),
  'search.returned': (_, of) => named('let the search list again', of, acts['search.returned']),
  'freeze.set': (_, of) => named('froze issuance for', of, acts['freeze.set']),
  'freeze.lifted': (_, of) => named('lifted the freeze of', of, acts['freeze.lifted']),
};

/** In three: words of ours, the name, words of ours. */
export type ActSentence = readonly [string, string | undefined, string];

export function actSentence(act: string, detail: Detail, of: string | null): ActSentence {
  const write = act in acts ? sentences[act as Act] : undefined;
  if (write === undefined) return [act in acts ? acts[act as Act] : act, undefined, ''];
  const words = write(detail, of === null ? undefined : placeholder);
  const [before = '', after] = words.split(`{${placeholder}}`);
  return after === undefined ? [before, undefined, ''] : [before, of ?? undefined, after];
}

/** No name has it. */
const placeholder = '\0';
