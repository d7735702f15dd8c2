import type { Metadata } from 'next';
import { Fact, Facts, Line, Opening, Page } from '../ui/ledger.tsx';

export const metadata: Metadata = { title: 'Privacy' };

export default function PrivacyPage() {
  return (
    <Page>
      <Opening label="Privacy">
        <h1>What is public, what we keep, what we never learn</h1>
        <p className="lead">
          The logs are public by design. Who looks into them, and who watches what, is nobody’s business.
        </p>
      </Opening>
      <Line label="Public for ever">
        <p>
          Who signs puts the address of their login, the digest of the file and the time into a public log. No
          site can take that back, ours included. The file and its name are not part of it.
        </p>
      </Line>
      <Line label="What we keep">
        <Facts>
          <Fact label="If you watch">
            The address to write to, what it watches, and what you answered. Links in mails are kept as
            hashes.
          </Fact>
          <Fact label="If you have an account">
            Your addresses, teams, rules and channels. You can take all of it with you, and delete it, in your
            settings.
          </Fact>
          <Fact label="If you only look">
            One line in our own log of requests: the path without its query, the time, the answer.
          </Fact>
          <Fact label="Against abuse">Network addresses, hashed, for a day.</Fact>
          <Fact label="Cookies">
            One if you choose day or night, one if you choose a time zone, one if you sign in. None to know
            you by.
          </Fact>
        </Facts>
      </Line>
      <Line label="What we never learn">
        <ul className="bulleted stack">
          <li>
            With script, the box on the first page asks us for all names whose SHA-256 begins with the same
            five digits, and finds yours among them itself. We do not learn which one it was. To open its page
            is to tell us.
          </li>
          <li>A file you drop into the box, sign or verify in your browser stays on your machine.</li>
          <li>No third party: nothing on these pages or in our mails is loaded from anywhere else.</li>
        </ul>
      </Line>
      <Line label="Who watches what">
        <p>
          Nobody can learn it from this site: asking for a watch answers the same for everyone, in the same
          time. Every mail about a watch ends with a link that stops it.
        </p>
      </Line>
      <Line label="On what ground">
        <p>
          What you ask us to do, we do because you asked. What stands in public logs we show because the
          public, and you first, have to be able to see who signs as whom. Who can prove to own an address can
          keep it out of this site’s search; the log itself keeps it.
        </p>
      </Line>
    </Page>
  );
}
