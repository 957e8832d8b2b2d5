import type { Code, Frame, Point } from './frame.js'

const builtinCodes = new Map<string, Code>()

/** Registers a resumable function of the kernel's own: the same on every kernel, so its frames may travel. */
export function builtinCode(
  name: string,
  slots: readonly string[],
  resume: (frame: Frame, value: unknown, thrown: boolean) => unknown,
): Code {
  const id = `atoll:${name}`
  if (builtinCodes.has(id)) throw new Error(`a built-in code named ${id} is registered already`)
  const point: Point = { slots, names: slots, line: 0, column: 0 }
  const code: Code = { id, name, file: '', points: [point], resume }
  builtinCodes.set(id, code)
  return code
}

/** The built-in code of this id (`atoll:…`). */
export const builtinCodeOf = (id: string): Code | undefined => builtinCodes.get(id)

/** The code of {@link readyFrame}. */
export const READY = builtinCode('ready', ['value'], (frame, value, thrown) => {
  if (thrown) throw value
  return frame['value']
})

/** A frame that does nothing but return `value`: what a fiber suspended after an `await` resumes with. */
export const readyFrame = (value: unknown): Frame => ({ $f: READY, $p: 0, $c: null, value })
