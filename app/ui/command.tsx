/** Lines to paste. It may be wider than a small screen, so it scrolls and can be reached by keyboard. */
export function Command({
  lines,
  wraps = false,
  what = 'these lines',
}: {
  lines: readonly string[];
  wraps?: boolean;
  /** For whom only hears the page: what the button copies. */
  what?: string;
}) {
  return (
    <div className="copyable-block" data-script="copy" data-copy={what}>
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrolling region must be reachable by keyboard */}
      <pre className={wraps ? 'command command-wraps' : 'command'} tabIndex={0} data-copied="">
        {lines.join('\n')}
      </pre>
    </div>
  );
}
