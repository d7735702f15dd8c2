import { Opening, Page } from '../ui/ledger.tsx';

/** Said of every link that leads nowhere: mistyped, too old, or used and over. */
export function DeadLink() {
  return (
    <Page>
      <Opening label="Link">
        <h1>This link does not work any more</h1>
        <p className="lead">
          It is older than 24 hours, was replaced by a newer one, or the watch was stopped. Nothing was
          changed.
        </p>
        <p>
          <a href="/">Look up a name</a> and ask to be told: you get a fresh link.
        </p>
      </Opening>
    </Page>
  );
}
