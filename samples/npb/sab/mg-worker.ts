import { mgSize } from '../mg-result.js'
import { mgPart } from '../plain/mg.js'
import { takePart } from './team.js'

takePart((className, memory, place) => mgPart(mgSize(className), memory, place))
