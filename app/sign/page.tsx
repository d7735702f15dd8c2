import type { Metadata } from 'next';
import { dependencies } from '../dependencies.ts';
import { Line, Opening, Page } from '../ui/ledger.tsx';
import { SigningDesk } from './signing-desk.tsx';

export const metadata: Metadata = { title: 'Sign a file' };

export default function SignPage() {
  const { config } = dependencies();
  return (
    <Page>
      <Opening label="Sign">
        <h1>Sign a file with your login</h1>
        <p className="lead">
          No key to keep: one is made for this signature and forgotten. What stays is a bundle for you, and a
          line in the log for everybody.
        </p>
      </Opening>
      <SigningDesk ca={config.ca.url} />
      <Line label="With your own tools">
        <p>
          <a href="/setup">cosign, sigstore-python, sigstore-js, gitsign and our own command line</a> sign
          here too, unchanged.
        </p>
      </Line>
    </Page>
  );
}
