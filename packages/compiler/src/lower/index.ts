export { RUNTIME_MODULE } from './output.js'
export { lowerModule, type LoweredSource, type LowerOptions } from './module.js'
export { decoratorOptionsFor } from './typescript-forms.js'
