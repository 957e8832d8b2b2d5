import { builtinCodeOf } from '../frames/builtin.js'
import type { Code, Frame } from '../frames/frame.js'
import type { Encoder } from './encoder.js'
import { Tag } from './tags.js'
import { Unmovable } from './unmovable.js'

/** A frame and its callers, innermost first: a stack may be deeper than any graph should be. */
export function writeStack(encoder: Encoder, innermost: Frame): void {
  encoder.depth++
  for (let frame: Frame | null = innermost; ; frame = frame.$c) {
    if (frame === null) {
      encoder.byte(Tag.NULL)
      break
    }
    if (encoder.reference(frame)) break
    writeFrame(encoder, frame)
  }
  encoder.depth--
}

function writeFrame(encoder: Encoder, frame: Frame): void {
  const { $f: code, $p: point } = frame
  if (codeOf(encoder, code.id) !== code) {
    const reason = `a frame of ${code.name}, which belongs to another program`
    throw new Unmovable(frame, reason, 'move it with its own program')
  }
  encoder.identities.add(frame)
  encoder.byte(Tag.FRAME)
  encoder.id(code, code.id)
  encoder.varint(point)
  for (const slot of code.points[point].slots) encoder.value(frame[slot])
}

function codeOf({ context }: Encoder, id: string): Code | undefined {
  return context.instance.codeOf(id) ?? (context.builtinCode ?? builtinCodeOf)(id)
}
