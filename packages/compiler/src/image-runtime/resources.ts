/**
 * Resources that a block holds by `using` and `await using`. They are data while the block runs, so that it can move.
 */

/** The kernel's registers. */
declare const $r: { readonly Unwind: abstract new (...args: never) => unknown }

/** The image's instance, which knows classes by name. */
declare const $i: { names(prefix: string, getters: Readonly<Record<string, () => unknown>>): void }

type Method = (this: unknown) => unknown

interface Resource {
  readonly value: unknown
  readonly method: Method
  /** Is what the method returns awaited? */
  readonly awaited: boolean
}

const $wellKnown = Symbol as { readonly dispose?: symbol; readonly asyncDispose?: symbol }
const $dispose = $wellKnown.dispose ?? Symbol.for('Symbol.dispose')
const $asyncDispose = $wellKnown.asyncDispose ?? Symbol.for('Symbol.asyncDispose')

/** The resources of one block that is being executed, and what went wrong in it. */
export class $Resources {
  readonly held: Resource[] = []
  /** The resource whose release is to be awaited, and the method that does it. */
  value: unknown = undefined
  method: Method | null = null
  hasFailed = false
  error: unknown = undefined

  /** Takes what `using` declares; gives it back. */
  use(value: unknown): unknown {
    if (value != null) this.held.push({ value, method: $methodOf(value, $dispose), awaited: false })
    return value
  }

  /** Takes what `await using` declares; gives it back. What a synchronous method returns is not awaited. */
  useAsync(value: unknown): unknown {
    if (value == null) return value
    const method = $optionalMethodOf(value, $asyncDispose)
    const resource = method ? { method, awaited: true } : { method: $methodOf(value, $dispose), awaited: false }
    this.held.push({ value, ...resource })
    return value
  }

  /** Takes what was thrown in the block or by a release. An unwinding prevails over any error. */
  fail(error: unknown): void {
    if (this.error instanceof $r.Unwind) return
    const isSecond = this.hasFailed && !(error instanceof $r.Unwind)
    this.error = isSecond ? $suppressed(error, this.error) : error
    this.hasFailed = true
  }

  /** Releases resources, last one first, up to the next whose release is to be awaited: is there one? */
  release(): boolean {
    for (let resource = this.held.pop(); resource; resource = this.held.pop()) {
      const { value, method, awaited } = resource
      if (awaited) {
        this.value = value
        this.method = method
        return true
      }
      try {
        Reflect.apply(method, value, [])
      } catch (error) {
        this.fail(error)
      }
    }
    return false
  }

  /** Releases everything that is still held, none of it to be awaited, and throws what went wrong. */
  end(): void {
    this.release()
    if (this.hasFailed) throw this.error
  }
}

/** The resources of a block that is entered. */
export const $resources = (): $Resources => new $Resources()

function $optionalMethodOf(value: unknown, symbol: symbol): Method | null {
  if (typeof value !== 'object' && typeof value !== 'function') throw new TypeError('Object expected')
  const method = (value as Record<symbol, unknown>)[symbol]
  if (method == null) return null
  if (typeof method !== 'function') throw new TypeError('Object not disposable')
  return method as Method
}

function $methodOf(value: unknown, symbol: symbol): Method {
  const method = $optionalMethodOf(value, symbol)
  if (!method) throw new TypeError('Object not disposable')
  return method
}

type SuppressedErrorClass = new (error: unknown, suppressed: unknown, message: string) => Error

/** Where the runtime has no `SuppressedError`, an `Error` with its properties. */
function $suppressed(error: unknown, suppressed: unknown): Error {
  const own = (globalThis as { SuppressedError?: SuppressedErrorClass }).SuppressedError
  const message = 'An error was suppressed during disposal'
  return own
    ? new own(error, suppressed, message)
    : Object.assign(new Error(message), { name: 'SuppressedError', error, suppressed })
}

// Instances move, so their class must have a name.
$i.names('atoll:runtime', { $Resources: () => $Resources })
