import { SourceMap, type SourceMapPayload } from 'node:module'
import type { Frame } from './frame.js'
import type { ProgramImage } from './image.js'

/** The file name under which an image's code is evaluated: what its functions show in a native stack. */
export const imageFileName = ({ hash, name }: ProgramImage): string => `atoll:${hash}/${name}`

/**
 * An error's stack as its program's author wants to see it: places in images become places in their sources (relative
 * to the program's root), functions have the names that the source gives them, and the runtime's own functions are
 * left out. Everything else stays as it is.
 *
 * @param stack The `stack` of an error, as V8 wrote it.
 * @param imageOf The image of this hash, if it is known.
 */
export function mapStack(stack: string, imageOf: ImageLookup): string {
  return stack
    .split('\n')
    .filter((line) => !isRuntime(line))
    .map((line) => (CALL_SITE.test(line) ? mapCallSite(line, imageOf) : line))
    .filter((line) => !IN_IMAGE_RUNTIME.test(line))
    .join('\n')
}

/**
 * A suspended stack from `frame` outward, one line per activation, written as V8 writes them. A resumed function has an
 * empty native stack below it: these lines are what belongs there.
 *
 * @param limit The most lines.
 */
export function frameLines(frame: Frame | null, limit = Infinity): string[] {
  const lines: string[] = []
  for (let at = frame; at !== null && lines.length < limit; at = at.$c) {
    const { name, file, points } = at.$f
    const point = points[at.$p]
    if (file === '' || !point) continue
    lines.push(`    at ${name || '<anonymous>'} (${file}:${point.line}:${point.column})`)
  }
  return lines
}

/** Are there places in images in this text? If not, `mapStack` has nothing to do. */
export const hasImagePlaces = (text: string): boolean => text.includes('atoll:') && text.search(IMAGE_PLACE) >= 0

/** Finds a program image by its hash. */
export type ImageLookup = (hash: string) => ProgramImage | undefined

const CALL_SITE = /^\s+at /
const IMAGE_PLACE = /atoll:([0-9a-f]{64})\/.*?:(\d+):(\d+)/g

/** Where this package and its siblings are installed: a call site in their code, their tests aside, is the runtime's. */
const SIBLINGS = new URL('../../../../', import.meta.url)
/** In their code as it runs; or in its own sources, when the host maps the stacks of what is not in images. */
const IN_SIBLING = /^[^/]+\/(?:dist\/)?src\//
/** A mapped call site in the functions that the compiler adds to every image: their sources are no files of the program. */
const IN_IMAGE_RUNTIME = /^\s+at .*\(?\batoll:[\w-]+:\d+:\d+\)?$/
const HOST_TURN = /^\s+at .*\(?node:internal\/(?:process|main|timers|modules)[/:]/

/** Is this call site in code of the kernel, its siblings or the host's event loop? */
export function isRuntime(line: string): boolean {
  if (!CALL_SITE.test(line)) return false
  const path = pathInSiblings(line)
  return path === null ? HOST_TURN.test(line) : IN_SIBLING.test(path)
}

/** The place of a call site relative to where this package and its siblings are; `null`: it is elsewhere. */
export function pathInSiblings(line: string): string | null {
  const at = line.indexOf(SIBLINGS.pathname)
  return at < 0 ? null : line.slice(at + SIBLINGS.pathname.length)
}

function mapCallSite(line: string, imageOf: ImageLookup): string {
  let isMapped = false
  const mapped = line.replace(IMAGE_PLACE, (place, hash: string, row: string, column: string) => {
    const image = imageOf(hash)
    const source = image && sourcePlace(image, Number(row), Number(column))
    isMapped ||= source !== undefined
    return source ?? place
  })
  return isMapped ? withSourceNames(mapped) : mapped
}

/**
 * V8 says of whom a function is a method; the compiler makes methods of what the source has as functions (`Object.main`,
 * `Object.main [as resume]`), and gives those without a name to a variable of its own (`$f2.`).
 */
function withSourceNames(callSite: string): string {
  return callSite
    .replace(/^(\s+at )(async )?\$f\d+\. \((.*)\)$/, '$1$2$3')
    .replace(/^(\s+at (?:async )?)Object\.(?=\S)/, '$1')
    .replace(/ \[as resume\]/, '')
}

function sourcePlace(image: ProgramImage, line: number, column: number): string | undefined {
  const entry = sourceMapOf(image).findEntry(line - 1, column - 1)
  if (!('originalSource' in entry)) return undefined
  return `${entry.originalSource}:${entry.originalLine + 1}:${entry.originalColumn + 1}`
}

const sourceMaps = new WeakMap<ProgramImage, SourceMap>()

/** Parsing a map takes milliseconds, and most programs never need theirs. */
function sourceMapOf(image: ProgramImage): SourceMap {
  let map = sourceMaps.get(image)
  if (!map) {
    map = new SourceMap(JSON.parse(image.sourceMap) as SourceMapPayload)
    sourceMaps.set(image, map)
  }
  return map
}
