import type { Frame } from '../frames/frame.js'

/** Where an event is: Chrome's `pid` is the kernel, its `tid` the thread, and time is in microseconds. */
export interface Track {
  readonly kernel: number
  readonly tid: number
}

/** Chrome's `ph`: metadata, complete, instant, begin and end of what may overlap, beginning and end of an arrow. */
type Phase = 'M' | 'X' | 'i' | 'b' | 'e' | 's' | 'f'

/** The fields of an event beside its place. */
export interface EventFields {
  readonly ph: Phase
  readonly name: string
  readonly cat?: string
  /** When, or when it began. */
  readonly ts?: number
  /** How long. */
  readonly dur?: number
  /** What begins and ends of arrows, and of what may overlap, have in common. */
  readonly id?: string
  readonly args?: Readonly<Record<string, unknown>>
}

/** An event as JSON. */
export function eventJson({ kernel, tid }: Track, { ts, dur, ...fields }: EventFields): string {
  return JSON.stringify({
    ...fields,
    ...(fields.ph === 'i' && { s: 't' }),
    ...(fields.ph === 'f' && { bp: 'e' }), // the slice around the arrow's end, not the next one
    pid: kernel,
    tid,
    ...(ts !== undefined && { ts: nanoseconds(ts) }),
    ...(dur !== undefined && { dur: nanoseconds(dur) }),
  })
}

/** Nanoseconds are the finest that the format's readers tell apart. */
const nanoseconds = (us: number): number => Math.round(us * 1000) / 1000

/** The innermost function of the program in a suspended stack, and where in it; of a stack that has not begun, its start routine. */
export function placeOf(top: Frame | null): { readonly name: string; readonly at: string } {
  let start = ''
  for (let frame = top; frame !== null; frame = frame.$c) {
    const { name, file, points } = frame.$f
    const point = points[frame.$p]
    if (file !== '' && point) return { name: name || 'anonymous', at: `${file}:${point.line}:${point.column}` }
    const { routine } = frame
    if (typeof routine === 'function') start ||= routine.name
  }
  return { name: start || top?.$f.name || 'call', at: '' }
}
