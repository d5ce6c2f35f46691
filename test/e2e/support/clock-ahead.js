// Has a process believe that it is a minute later, for `node --require`. Timers and performance.now() are as they were: a clock
// that is wrong runs no faster.
const ahead = 60_000;
const RealDate = Date;
const now = () => RealDate.now() + ahead;

globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
  get: (target, key) => (key === "now" ? now : Reflect.get(target, key)),
});
