export * from './variables.js'
export { a as other, default } from './variables.js'
