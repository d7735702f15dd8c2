/** The ways around for whoever is signed in, above every page that is theirs. */
import { visitor } from './asked.ts';

const places = [
  ['/watches', 'Watches'],
  ['/alerts', 'Alerts'],
  ['/intents', 'Announcements'],
  ['/freezes', 'Freezes'],
  ['/ownership', 'Ownership'],
  ['/team', 'Teams'],
  ['/settings', 'Account'],
] as const;

/** What a watch expects stands under it. */
const below: Readonly<Record<string, string>> = { '/watch/settings': '/watches' };

/** The place that a page belongs to; undefined for a page of everybody. */
export function placeOf(path: string): string | undefined {
  const [pathname = '/'] = path.split(/[?#]/, 1);
  const meant = below[pathname] ?? pathname;
  return places.map(([href]) => href).find((href) => meant === href || meant.startsWith(`${href}/`));
}

export async function AccountNav({ path }: { path: string }) {
  const here = placeOf(path);
  if (here === undefined || (await visitor()) === undefined) return null;
  const [pathname] = path.split(/[?#]/, 1);
  const list = places.map(([href, words]) => (
    <a
      key={href}
      href={href}
      aria-current={href === here ? (href === pathname ? 'page' : 'true') : undefined}
    >
      {words}
    </a>
  ));
  return (
    <>
      <nav className="places small" aria-label="What is yours">
        {list}
      </nav>
      {/* On a phone they are folded under the name of the place that is open: one line instead of three. */}
      <nav className="places-folded small" aria-label="What is yours">
        <details>
          <summary>{places.find(([href]) => href === here)?.[1]}</summary>
          <div>{list}</div>
        </details>
      </nav>
    </>
  );
}
