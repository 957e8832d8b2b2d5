import { y, early } from './y.js'

log('x begins', y, early)
await null
log('x ends')
export function x() {
  return 'x of ' + y
}
