/** Day, night or as the device has it: a form, so that it works without script. */
import type { Theme } from './theme.ts';

const choices = [
  ['light', 'Day'],
  ['dark', 'Night'],
  ['device', 'As the device'],
] as const;

export function ThemeChoice({ theme, path }: { theme: Theme | undefined; path: string }) {
  return (
    <form action="/theme" method="post" className="theme" aria-label="Colours">
      <input type="hidden" name="back" value={path} />
      {choices.map(([value, words]) => (
        <button
          key={value}
          type="submit"
          name="theme"
          value={value}
          className="plain"
          aria-pressed={value === (theme ?? 'device')}
        >
          {words}
        </button>
      ))}
    </form>
  );
}
