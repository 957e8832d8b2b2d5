export type { DeferredEvaluation } from './deferred-evaluation.js'
export {
  deferLibraryModule,
  lowerModule,
  type LoweredSource,
  type LowerOptions,
  type ModuleEvaluation,
} from './module.js'
export { decoratorOptionsFor } from './typescript-forms.js'
