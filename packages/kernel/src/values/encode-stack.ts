import { builtinCodeOf } from '../frames/builtin.js'
import type { Code, Frame } from '../frames/frame.js'
import type { Encoder } from './encoder.js'
import { frameLayoutsOf } from './frame-layout.js'
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
  const layouts = frameLayoutsOf(code)
  const { instance } = encoder.context
  if (layouts.instance !== instance) {
    if (codeOf(encoder, code.id) !== code) {
      const reason = `a frame of ${code.name}, which belongs to another program`
      throw new Unmovable(frame, reason, 'move it with its own program')
    }
    layouts.instance = instance
  }
  encoder.identities.add(frame)
  encoder.byte(Tag.FRAME)
  encoder.spelledId(code, layouts.spelledId)
  encoder.varint(point)
  layouts.points[point].write(encoder, frame)
}

function codeOf({ context }: Encoder, id: string): Code | undefined {
  return context.instance.codeOf(id) ?? (context.builtinCode ?? builtinCodeOf)(id)
}
