import { builtinCode, registers, SUSPENDED, type Code, type Frame } from '@atoll/kernel'

/** The code of what a call of the application API does after a call that it made has its result: `then` gets that result. */
export const continuation = (
  name: string,
  slots: readonly string[],
  then: (frame: Frame, value: unknown) => unknown,
): Code =>
  builtinCode(name, slots, (frame, value, thrown) => {
    if (thrown) throw value
    return then(frame, value)
  })

/** Goes on in `frame` with what a call by the direct protocol returned: at once, or when the call is over if it has suspended. */
export function goOn(result: unknown, frame: Frame): unknown {
  return result === SUSPENDED ? registers.extend(frame) : frame.$f.resume(frame, result, false)
}
