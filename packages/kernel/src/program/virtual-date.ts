import type { Clock } from '../ports/clock.js'

/** A `Date` whose present is the clock's. Its instances are ordinary dates. */
export function virtualDate(clock: Clock): DateConstructor {
  const now = (): number => Math.floor(clock.realtimeMs())
  return new Proxy(Date, {
    apply: () => new Date(now()).toString(),
    construct: (target, args: unknown[], newTarget: NewableFunction) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget) as Date,
    get: (target, key, receiver) => (key === 'now' ? now : (Reflect.get(target, key, receiver) as unknown)),
  })
}
