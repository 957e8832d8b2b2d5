import { isSize } from '../is-result.js'
import { isPart } from '../plain/is.js'
import { takePart } from './team.js'

takePart((className, memory, place) => isPart(isSize(className), memory, place))
