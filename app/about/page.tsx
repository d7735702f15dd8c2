import type { Metadata } from 'next';
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
      <Line label="Privacy" id="privacy">
        <ul className="bulleted stack">
          <li>Logs are public: the address in a signature is public for ever, whatever any site does.</li>
          <li>
            We keep the address you asked us to write to, what it watches, and your answers. Confirmation
            links are kept as hashes; network addresses, hashed, for a day, to limit abuse.
          </li>
          <li>
            Nobody can learn from this site who watches what. Asking for a watch answers the same for
            everyone.
          </li>
          <li>
            No script, no cookie, no third party, no pixel in a mail. This site runs no JavaScript at all.
          </li>
          <li>Every mail about a watch ends with a link that stops it.</li>
        </ul>
      </Line>
    </Page>
  );
}
