/** The longest path and query that is answered: room for a name of a thousand letters of six or nine characters each. */
export const longestPath = 12 * 1024;
