/** Every page with addresses that show it full, empty and tricked. A page without one fails the crawl. */
import { hostile, jane } from './ledger-data.ts';
import type { OwnerData } from './owner-data.ts';

export interface ShownPage {
  /** As in the app tree: /team/[id]. */
  readonly route: string;
  readonly name: string;
  readonly path: string;
  /** Signed in as the owner, or nobody; the same page differs. */
  readonly as: 'owner' | 'nobody';
  readonly status: number;
}

const digest = '00'.repeat(32);
const of = (text: string) => encodeURIComponent(text);

type Addresses = Readonly<Record<string, string>>;

/** What anybody may see. */
function open({ tokens, alertId, secondPath }: OwnerData): Readonly<Record<string, Addresses>> {
  const alert = `/alert/${alertId}`;
  const token = `token=${tokens.alert}`;
  return {
    '/': { home: '/', 'home-refused': '/?q=what' },
    '/about': { about: '/about' },
    '/privacy': { privacy: '/privacy' },
    '/setup': { setup: '/setup' },
    '/api': { api: '/api' },
    '/logs': { logs: '/logs', 'logs-90-days': '/logs?hours=2160' },
    '/status': { status: '/status' },
    '/clock': { clock: '/clock?back=/logs' },
    '/sign': { sign: '/sign' },
    '/verify': { verify: '/verify' },
    '/auth/callback': { 'signing-login': '/auth/callback' },
    '/i/[identity]': {
      result: `/i/${of(jane)}`,
      'result-narrowed': `/i/${of(jane)}?source=nowhere`,
      'result-none': '/i/nobody@example.com',
      'result-build': `/i/${of('github.com/acme/app')}`,
      'result-letters': `/i/${of(hostile.letters)}`,
      'result-right-to-left': `/i/${of(hostile.rightToLeft)}`,
    },
    '/d/[sha256]': { digest: `/d/${digest}` },
    '/n/[prefix]': {
      prefix: `/n/${of('github.com/acme/')}`,
      'prefix-none': `/n/${of('github.com/nobody/')}`,
    },
    '/e/[log]/[index]': {
      entry: '/e/rekor/200',
      'entry-tricks': '/e/rekor/201',
      'entry-build': '/e/rekor/202',
      'entry-forged': '/e/rekor/203',
      'entry-unknown': '/e/rekor/299',
    },
    '/compare': { compare: '/compare?first=rekor/201&second=rekor/202' },
    '/alert/[id]': { alert: `${alert}?${token}` },
    '/alert/[id]/event': { 'alert-event': `${alert}/event?${token}` },
    '/alert/[id]/mine': { 'alert-mine': `${alert}/mine?${token}` },
    '/alert/[id]/not-mine': { 'alert-not-mine': `${alert}/not-mine?${token}` },
    '/watch/confirm': { confirm: `/watch/confirm?token=${tokens.confirm}`, 'confirm-dead': '/watch/confirm' },
    '/watch/second': { second: secondPath, 'second-dead': '/watch/second' },
    '/watch/told': { told: `/watch/told?token=${tokens.stop}&until=2026-11-23T10:00:00.000Z` },
    '/watch/sent': { sent: '/watch/sent' },
    '/watch/stop': { stop: `/watch/stop?token=${tokens.stop}` },
    '/sign-in': { 'sign-in': '/sign-in', 'sign-in-ended': '/sign-in?problem=ended' },
    '/sign-in/return': { 'sign-in-return': '/sign-in/return' },
  };
}

/** What needs somebody who is signed in. */
function owned({
  alertId,
  watchId,
  proofId,
  teamId,
  tokens,
}: OwnerData): Readonly<Record<string, Addresses>> {
  return {
    '/alerts': {
      inbox: '/alerts',
      'inbox-said': `/alerts?said=${alertId}`,
      'inbox-all': '/alerts?state=',
      'inbox-none': '/alerts?state=not-mine',
    },
    '/alerts/[id]': { 'inbox-alert': `/alerts/${alertId}` },
    '/watches': { watches: '/watches', 'watches-second': '/watches?page=2' },
    '/watches/new': {
      'watches-new': '/watches/new',
      'watches-tried': `/watches/new?kind=repository&value=${of('github.com/acme/app')}`,
    },
    '/watch/settings': { 'watch-settings': `/watch/settings?watch=${watchId}` },
    '/intents': { intents: '/intents' },
    '/freezes': { freezes: '/freezes' },
    '/ownership': { ownership: '/ownership' },
    '/ownership/[id]': { proof: `/ownership/${proofId}` },
    '/settings': { settings: '/settings' },
    '/settings/key': { key: '/settings/key' },
    '/team': { teams: '/team' },
    '/team/[id]': { team: `/team/${teamId}` },
    '/team/join': { join: `/team/join?token=${tokens.join}` },
  };
}

export function pageList(data: OwnerData): ShownPage[] {
  const list = (as: ShownPage['as'], pages: Readonly<Record<string, Addresses>>) =>
    Object.entries(pages).flatMap(([route, addresses]) =>
      Object.entries(addresses).map(([name, path]) => ({ route, name, path, as, status: 200 })),
    );
  const demo = { '/mailbox': { mailbox: '/mailbox' }, '/mailbox/[id]': { mail: `/mailbox/${data.mailId}` } };
  return [
    ...list('nobody', open(data)),
    ...list('nobody', demo),
    ...list('owner', owned(data)),
    { route: '', name: 'not-found', path: '/nowhere', as: 'nobody', status: 404 },
    { route: '', name: 'not-readable', path: '/%ff', as: 'nobody', status: 400 },
  ];
}

/** Reached by a press alone; shown where the crawl signs in. */
export const afterPress = ['/sign-in/code', '/settings/address'] as const;
