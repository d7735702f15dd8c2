/** UTC or the reader's own time, at the foot of every page. */
import { backPath } from '../theme/theme.ts';
import { zoneOfPage } from './zone-of-page.ts';

export async function ClockChoice({ path }: { path: string }) {
  const zone = await zoneOfPage();
  return (
    <form action="/clock" method="post" className="theme" aria-label="Times">
      <input type="hidden" name="back" value={path} />
      <button type="submit" name="zone" value="UTC" className="plain" aria-pressed={zone === undefined}>
        Times in UTC
      </button>
      <a
        href={`/clock?back=${encodeURIComponent(backPath(path))}`}
        aria-current={zone === undefined ? undefined : 'true'}
      >
        {zone === undefined ? 'Local time' : `In ${zone}`}
      </a>
    </form>
  );
}
