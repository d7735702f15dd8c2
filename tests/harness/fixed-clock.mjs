// Loaded before a process under test: for it, it is always the moment that FIXED_NOW names. Timers run on.
const fixed = Date.parse(process.env.FIXED_NOW ?? '');
const RealDate = Date;

globalThis.Date = class extends RealDate {
  constructor(...given) {
    if (given.length === 0) super(fixed);
    else super(...given);
  }

  static now() {
    return fixed;
  }
};
