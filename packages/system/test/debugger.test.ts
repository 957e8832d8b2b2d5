import test from 'ava'
import { compileProgram } from '@atoll/compiler'
import { Session } from 'node:inspector'
import { SourceMap, type SourceMapPayload } from 'node:module'
import { SimBackend, sourceRootOf, WorkersBackend } from '../src/index.js'
import { boot } from './booting.js'

const ENTRY = new URL('../../test/programs/debugged.ts', import.meta.url)

interface ParsedScript {
  readonly url: string
  readonly sourceMapURL: string
}

interface Paused {
  readonly callFrames: readonly { readonly functionName: string; readonly location: { readonly lineNumber: number } }[]
}

type FromDebugger = { readonly method?: string; readonly params?: unknown }

/** The debugger of every worker of this process, as a front end attached to it talks with them. */
class WorkerDebuggers {
  readonly #session = new Session()
  readonly #listener: (method: string, params: unknown, send: Send) => void

  constructor(listener: (method: string, params: unknown, send: Send) => void) {
    this.#listener = listener
    this.#session.connect()
    this.#session.on('NodeWorker.attachedToWorker', ({ params: { sessionId } }) => {
      this.#sender(sessionId)('Debugger.enable')
    })
    this.#session.on('NodeWorker.receivedMessageFromWorker', ({ params: { sessionId, message } }) => {
      const { method, params } = JSON.parse(message) as FromDebugger
      if (method !== undefined) this.#listener(method, params, this.#sender(sessionId))
    })
    this.#session.post('NodeWorker.enable', { waitForDebuggerOnStart: false })
  }

  close(): void {
    this.#session.disconnect()
  }

  #sender(sessionId: string): Send {
    return (method, params = {}) => {
      const message = JSON.stringify({ id: 1, method, params })
      this.#session.post('NodeWorker.sendMessageToWorker', { sessionId, message })
    }
  }
}

type Send = (method: string, params?: unknown) => void

const mapOf = ({ sourceMapURL }: ParsedScript): SourceMapPayload & { sourceRoot?: string } =>
  JSON.parse(Buffer.from(sourceMapURL.slice(sourceMapURL.indexOf(',') + 1), 'base64').toString()) as SourceMapPayload

/** Where the statement on a line of `source` begins in generated code, 0-based: there is one place per version of a function. */
function generatedPlaces(map: SourceMapPayload, source: string, line: number): Place[] {
  const sources = new SourceMap(map)
  const places: (Place & { readonly from: number })[] = []
  for (const [lineNumber, mapped] of map.mappings.split(';').entries()) {
    for (let columnNumber = 0; mapped !== '' && columnNumber < LONGEST_LINE; columnNumber++) {
      const entry = sources.findEntry(lineNumber, columnNumber)
      const begins =
        'generatedLine' in entry && entry.generatedLine === lineNumber && entry.generatedColumn === columnNumber
      if (begins && entry.originalLine === line - 1 && entry.originalSource.endsWith(source))
        places.push({ lineNumber, columnNumber, from: entry.originalColumn })
    }
  }
  const first = Math.min(...places.map(({ from }) => from))
  return places.filter(({ from }) => from === first)
}

/** As the debugger's protocol has it. */
interface Place {
  readonly lineNumber: number
  readonly columnNumber: number
}

/** Images are written in lines that are seldom longer than 500 characters. */
const LONGEST_LINE = 1000

test('a debugger finds the TypeScript sources of what kernels run, and stops at their lines', async (t) => {
  const image = await compileProgram(ENTRY)
  await using system = await boot(new WorkersBackend({ kernels: 2 }))
  const roots: (string | undefined)[] = []
  const stops: string[] = []
  const ready = deferred()
  const debuggers = new WorkerDebuggers((method, params, send) => {
    if (method === 'Debugger.scriptParsed' && (params as ParsedScript).url.startsWith('atoll:')) {
      const script = params as ParsedScript
      const map = mapOf(script)
      roots.push(map.sourceRoot)
      for (const place of [4, 11].flatMap((line) => generatedPlaces(map, 'debugged.ts', line)))
        send('Debugger.setBreakpointByUrl', { url: script.url, ...place })
    } else if (method === 'Debugger.paused') {
      stops.push((params as Paused).callFrames[0].functionName)
      send('Debugger.resume')
    }
    if (method === 'Debugger.scriptParsed') ready.resolve()
  })
  t.teardown(() => {
    debuggers.close()
  })
  await ready.promise
  // The program's modules are evaluated when the breakpoints can not be set yet, and its second run finds them.
  for (let i = 0; i < 2; i++) {
    const child = await system.spawn(image, { sourceRoot: sourceRootOf(ENTRY, image), cpus: [0] })
    t.is((await child.wait()).status, 0)
  }
  t.deepEqual(roots, [new URL('../../', ENTRY).href])
  t.deepEqual(stops.filter((name) => name === 'plain').length % 3, 0)
  t.deepEqual([...new Set(stops)].sort(), ['plain', 'walks'])
})

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => undefined
  const promise = new Promise<void>((settled) => (resolve = settled))
  return { promise, resolve }
}

test('without a debugger, kernels are given no source maps', async (t) => {
  const scripts: string[] = []
  const session = new Session()
  session.connect()
  t.teardown(() => {
    session.disconnect()
  })
  session.on('Debugger.scriptParsed', ({ params }) => {
    if (params.url.startsWith('atoll:')) scripts.push(params.sourceMapURL ?? '')
  })
  session.post('Debugger.enable')
  await using system = await boot(new SimBackend())
  const child = await system.spawn(ENTRY)
  await child.wait()
  t.deepEqual(scripts, [''])
})
