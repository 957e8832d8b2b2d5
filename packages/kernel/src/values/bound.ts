import type * as Inspector from 'node:inspector'
import type { Runtime, Session } from 'node:inspector'
import { createRequire } from 'node:module'
import type { Owner } from './prototypes.js'

/** What a bound function is made of: `target.bind(self, ...args)`. */
export interface Binding {
  readonly target: Owner
  readonly self: unknown
  readonly args: readonly unknown[]
}

/** A binding never changes, and finding it out takes a few hundred microseconds. */
const known = new WeakMap<object, Binding | null>()

/**
 * What `fn` binds; `null` if it is no bound function, or if this runtime has no inspector. The language does not tell, but the
 * engine tells its debuggers. (To record it when functions are bound would cost every program that binds any.)
 */
export function bindingOf(fn: object): Binding | null {
  let binding = known.get(fn)
  if (binding === undefined) known.set(fn, (binding = inspect(fn)))
  return binding
}

/** Where the engine's inspector and this module hand objects to each other, for the duration of a call. */
const EXCHANGE = Symbol.for('atoll.exchange')
const HERE = `globalThis[Symbol.for('atoll.exchange')]`
const exchange = globalThis as { [EXCHANGE]?: unknown }

function inspect(fn: object): Binding | null {
  const session = connect()
  if (session === null) return null
  try {
    exchange[EXCHANGE] = fn
    const { result } = post<Runtime.EvaluateReturnType>(session, 'Runtime.evaluate', { expression: HERE })
    const { objectId } = result
    const properties = { objectId, ownProperties: true }
    const { internalProperties = [] } = post<Runtime.GetPropertiesReturnType>(session, 'Runtime.getProperties', properties) // prettier-ignore
    const parts = PARTS.map((name) => internalProperties.find((property) => property.name === name)?.value)
    if (parts.includes(undefined)) return null
    const functionDeclaration = `function (...parts) { ${HERE} = parts }`
    post(session, 'Runtime.callFunctionOn', { objectId, functionDeclaration, arguments: parts.map(argumentFor) })
    const [target, self, args] = exchange[EXCHANGE] as [Owner, unknown, unknown[]]
    return { target, self, args }
  } finally {
    delete exchange[EXCHANGE]
    session.disconnect()
  }
}

/** Names of the internal slots, as the engine gives them. */
const PARTS = ['[[TargetFunction]]', '[[BoundThis]]', '[[BoundArgs]]']

/** A session with the inspector of this isolate. It makes nothing slower, because no domain of it is enabled. */
function connect(): Session | null {
  try {
    const inspector = createRequire(import.meta.url)('node:inspector') as typeof Inspector
    const session = new inspector.Session()
    session.connect()
    return session
  } catch {
    return null // built or run without an inspector
  }
}

/** Within the isolate the answer comes before `post` returns. */
function post<Answer>(session: Session, method: string, parameters: object): Answer {
  let answer: Answer | undefined
  session.post(method, parameters, (error, given) => {
    if (error === null) answer = given as Answer
  })
  if (answer === undefined) throw new Error(`the inspector does not answer ${method}`)
  return answer
}

function argumentFor(part: Runtime.RemoteObject | undefined): Runtime.CallArgument {
  if (part?.objectId !== undefined) return { objectId: part.objectId }
  if (part?.unserializableValue !== undefined) return { unserializableValue: part.unserializableValue }
  return { value: part?.value as unknown }
}
