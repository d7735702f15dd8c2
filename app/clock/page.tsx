import type { Metadata } from 'next';
import { dependencies } from '../dependencies.ts';
import { Opening, Page } from '../ui/ledger.tsx';
import { backPath } from '../theme/theme.ts';
import { Time } from '../ui/text.tsx';
import { allZones } from './zone.ts';
import { zoneOfPage } from './zone-of-page.ts';

export const metadata: Metadata = { title: 'Times', robots: { index: false } };

export default async function ClockPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[]>>;
}) {
  const { back } = await searchParams;
  const chosen = (await zoneOfPage()) ?? 'UTC';
  return (
    <Page>
      <Opening label="Times">
        <h1>Whose clock?</h1>
        <p className="lead">
          Times are said in UTC, so that two people who compare notes read the same. In print they always are.
        </p>
        <p>
          It is <Time at={dependencies().now()} />.
        </p>
        <form method="post" className="stack" data-script="own-zone">
          <input type="hidden" name="back" value={backPath(typeof back === 'string' ? back : '/')} />
          <div className="field">
            <label htmlFor="zone">Say times in</label>
            <select id="zone" name="zone" defaultValue={chosen}>
              {['UTC', ...allZones().filter((zone) => zone !== 'UTC')].map((zone) => (
                <option key={zone} value={zone}>
                  {zone}
                </option>
              ))}
            </select>
            <p className="hint" id="zone-hint">
              Kept in a cookie of this site, and nowhere else.
            </p>
          </div>
          <button type="submit">Use it</button>
        </form>
      </Opening>
    </Page>
  );
}
