// Headers are set by app/main.ts on every response, errors included (app/security-headers.ts): they depend on the page and
// on the instance's address, which a build cannot know. Compression and the rest of the answer: app/document.ts.
/** @type {import('next').NextConfig} */
export default {
  poweredByHeader: false,
  reactStrictMode: true,
  compress: false,
  // Titles stay in <head>: pages run no script that could move them there.
  htmlLimitedBots: /.*/,
  // `npm run types` checks the whole project; a first start should not do it again.
  typescript: { ignoreBuildErrors: true },
};
