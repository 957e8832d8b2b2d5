/** What the language's `async` functions have in place of `Function.prototype`. */
const ASYNC_FUNCTION = Object.getPrototypeOf(async function () {}) as object

/** Makes a compiled function an `async` function to those who look at it; returns it. */
export const asyncFunction = (fn: object): object => Object.setPrototypeOf(fn, ASYNC_FUNCTION) as object
