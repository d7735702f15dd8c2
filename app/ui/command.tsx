/** Lines to paste. It may be wider than a small screen, so it scrolls and can be reached by keyboard. */
export function Command({ lines, wraps = false }: { lines: readonly string[]; wraps?: boolean }) {
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrolling region must be reachable by keyboard
    <pre className={wraps ? 'command command-wraps' : 'command'} tabIndex={0}>
      {lines.join('\n')}
    </pre>
  );
}
