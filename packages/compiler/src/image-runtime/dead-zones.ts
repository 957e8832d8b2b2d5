/**
 * Captured variables that can't be read yet, and constants that can't be written.
 */

/** The image's marker of variables in their dead zone. */
declare const $U: unique symbol

/** A variable's value, unless it is still in its dead zone. */
export function $initialized(value: unknown, name: string): unknown {
  if (value !== $U) return value
  throw new ReferenceError(
    name === 'this'
      ? "Must call super constructor in derived class before accessing 'this' or returning from derived constructor"
      : `Cannot access '${name}' before initialization`,
  )
}

/** A captured variable as a property that checks the dead zone when it is read or written. */
export function $guarded(environment: Record<string, unknown>, property: string, name: string): { value: unknown } {
  return {
    get value() {
      return $initialized(environment[property], name)
    },
    set value(value) {
      $initialized(environment[property], name)
      environment[property] = value
    },
  }
}

/** A constant as a property that can't be written. */
export function $constant(current: unknown): { value: unknown } {
  return {
    get value() {
      return current
    },
    set value(_) {
      throw new TypeError('Assignment to constant variable.')
    },
  }
}
