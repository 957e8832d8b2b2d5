export { lowerModule, type LoweredSource, type LowerOptions } from './module.js'
