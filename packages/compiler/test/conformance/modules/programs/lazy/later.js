import { note } from './note.js'

log('later begins', note)
await null
log('later ends')
export const later = note + ' later'
export default class {}
