import './c.js'
import './d.js'
import './f.js'

log('e begins')
await null
log('e ends')
