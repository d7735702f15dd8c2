/**
 * Comma-separated values (RFC 4180) that a spreadsheet shows and does not run: a cell that would begin a formula is
 * prefixed with an apostrophe, which spreadsheets take for "this is text" (OWASP, CSV injection).
 */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

function csvCell(text: string): string {
  // Some readers cut white space before they look for a formula, and take the wide forms of East Asian keyboards for signs.
  const inert = /^[\s\p{Cf}]*[=+\-@|%\t\r＝＋－＠]/u.test(text) ? `'${text}` : text;
  return `"${inert.replaceAll('"', '""')}"`;
}
