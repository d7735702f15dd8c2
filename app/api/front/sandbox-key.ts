/** Apart from the examples, so that a page's script brings the key without them. */
export const sandboxKey = 'swk_sandbox';

/** They end in .example (RFC 2606), so none of them can ever be somebody's. */
export const sandboxNames = {
  signed: 'signed@sandbox.example',
  unexpected: 'unexpected@sandbox.example',
  forged: 'forged@sandbox.example',
  quiet: 'quiet@sandbox.example',
} as const;

/** What stands in addresses of examples. */
export const sandboxIds = {
  team: '00000000-0000-4000-8000-0000000000aa',
  watch: '00000000-0000-4000-8000-0000000000bb',
  channel: '00000000-0000-4000-8000-0000000000cc',
  alert: '00000000-0000-4000-8000-000000000003',
  proof: '00000000-0000-4000-8000-0000000000dd',
  other: '00000000-0000-4000-8000-0000000000ee',
} as const;
