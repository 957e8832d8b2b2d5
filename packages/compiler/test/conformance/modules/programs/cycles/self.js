import * as self from './self.js'

log('self begins')
export const one = await 1
log('self', Object.keys(self), self.one)
