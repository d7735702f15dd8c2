import type { Metadata } from 'next';
import { dependencies } from '../dependencies.ts';
import { Line, Opening, Page } from '../ui/ledger.tsx';

export const metadata: Metadata = { title: 'About' };

export default function AboutPage() {
  return (
    <Page>
      <Opening label="About">
        <h1>Signed as you, whether you meant it or not</h1>
        <p className="lead">
          Whoever can sign in as you, or change a workflow of yours, can sign software as you. The signature
          is valid; only you can say that it was not meant. So you have to hear of it.
        </p>
      </Opening>
      <Line label="What we claim">
        <ul className="bulleted stack">
          <li>
            An entry is shown once it is proved to be in a log whose every checkpoint agreed with the one
            before.
          </li>
          <li>Every answer says up to which entry of which log it is complete.</li>
          <li>
            A certificate that no trusted authority issued is shown as a forgery attempt, never as a
            signature.
          </li>
          <li>
            A log that contradicts itself is said to, with both signed statements, and believed no further.
          </li>
        </ul>
      </Line>
      <Line label="What we do not">
        <ul className="bulleted stack">
          <li>
            Nothing found is not proof of safety: logs we do not read and signatures never logged are not
            covered.
          </li>
          <li>A signature says who signed, not that what was signed is good.</li>
          <li>Nobody can revoke a signature or take an entry out of a log. Neither can we.</li>
        </ul>
      </Line>
      <Line label="Check us">
        <p>
          Every entry’s page shows the proof, and your own browser can redo it without us.{' '}
          <code>npx sigwatch fsck</code> reads a whole log and recomputes it. <a href="/logs">Logs</a> says
          how far each is verified and what ever went wrong with it.
        </p>
      </Line>
      <Line label="Whom to ask" id="ask">
        <p>
          Write to <Contact />: about a mail of ours that looks wrong, a watch you did not ask for, or what we
          hold of you.
        </p>
      </Line>
      <Line label="Found a weakness?" id="weakness">
        <p>
          Please tell us before you tell others: <a href="/.well-known/security.txt">security.txt</a> says
          where.
        </p>
      </Line>
    </Page>
  );
}

function Contact() {
  const { securityContact } = dependencies().config;
  return <a href={securityContact}>{securityContact.replace(/^(?:mailto|tel):/, '')}</a>;
}
