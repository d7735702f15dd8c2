import type { Metadata } from 'next';
import { SearchBox } from './find/search-box.tsx';
import { Line, Opening, Page } from './ui/ledger.tsx';

export const metadata: Metadata = { title: 'There is no such page' };

export default function NotFound() {
  return (
    <Page>
      <Opening label="404">
        <h1>There is no such page</h1>
        <p className="lead">The address leads nowhere, or the link was cut short on its way to you.</p>
      </Opening>
      <Line label="Look something up">
        <SearchBox />
      </Line>
    </Page>
  );
}
