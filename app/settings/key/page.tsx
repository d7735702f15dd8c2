import type { Metadata } from 'next';
import { headers } from 'next/headers';
import { callerOfPage } from '../../account/asked.ts';
import { dependencies } from '../../dependencies.ts';
import { Command } from '../../ui/command.tsx';
import { Opening, Page } from '../../ui/ledger.tsx';
import { shownOnce } from '../shown-once.ts';

export const metadata: Metadata = { title: 'Your new key', robots: { index: false } };

export default async function KeyPage() {
  await callerOfPage('/settings');
  const { config } = dependencies();
  const key = shownOnce(config, await headers());
  if (key === undefined)
    return (
      <Page>
        <Opening label="API key">
          <h1>It is no longer shown</h1>
          <p className="lead">
            A key is shown for two minutes after it was made. End it and make another one under{' '}
            <a href="/settings#keys">Settings</a>.
          </p>
        </Opening>
      </Page>
    );
  return (
    <Page>
      <Opening label="API key">
        <h1>Copy your key now</h1>
        <p className="lead">We keep only its fingerprint: nobody can show it to you again.</p>
        <Command wraps what="the key" lines={[key]} />
        <p>Send it with every request:</p>
        <Command
          wraps
          what="the command"
          lines={[`curl -H 'Authorization: Bearer ${key}' ${config.web.url}/api/v1/account`]}
        />
        <p>
          <a href="/settings#keys">Back to the settings</a>
        </p>
      </Opening>
    </Page>
  );
}
