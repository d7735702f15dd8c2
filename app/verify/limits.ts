/** Of what is sent here. A browser that verifies by itself is bound by the last two alone. */

/** Longer files are verified by their digest. */
export const largestFile = 8 * 1024 * 1024;
/** A file in base64 and its bundles, or a form with both. */
export const largestVerifyBody = 12 * 1024 * 1024;
export const longestPolicy = 256 * 1024;
export const mostBundles = 64;
