import './y.js'
import './self.js'

log('z')
