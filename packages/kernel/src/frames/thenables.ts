import { types } from 'node:util'

/**
 * The promise that stands for a value which is awaited; `null` if the value is no promise, nor another thenable. As the language has it, `then` of a
 * promise is not looked at, and that of another thenable read once and called in a microtask of its own.
 */
export function promiseFor(value: unknown): Promise<unknown> | null {
  if ((typeof value !== 'object' || value === null) && typeof value !== 'function') return null
  if (types.isPromise(value)) return value
  try {
    const { then } = value as Thenable
    return typeof then === 'function' ? adopted(value, then as Then) : null
  } catch (error) {
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- whatever the getter has thrown
    return Promise.reject(error)
  }
}

interface Thenable {
  readonly then?: unknown
}

type Then = (resolve: (value: unknown) => void, reject: (error: unknown) => void) => unknown

const adopted = (thenable: object, then: Then): Promise<unknown> =>
  new Promise((resolve, reject) => {
    queueMicrotask(() => {
      try {
        Reflect.apply(then, thenable, [resolve, reject])
      } catch (error) {
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- whatever it has thrown; without effect if it had called back before
        reject(error)
      }
    })
  })

/** Calls back when a promise settles, as `await` would: by nothing that a program could put in the place of `then`. */
export async function follow(
  promise: Promise<unknown>,
  settled: (value: unknown, thrown: boolean) => void,
): Promise<void> {
  let value: unknown
  let thrown = false
  try {
    value = await promise
  } catch (error) {
    value = error
    thrown = true
  }
  settled(value, thrown)
}
