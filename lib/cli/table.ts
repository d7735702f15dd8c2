/** Rows as columns for a terminal; the widths are those of the longest cells. */
export function table(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  colour: boolean,
): string[] {
  if (rows.length === 0) return [];
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const [head = '', ...rest] = [headings, ...rows].map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return [colour ? `\u001b[1m${head}\u001b[0m` : head, ...rest];
}
