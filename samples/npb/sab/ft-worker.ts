import { ftSize } from '../ft-result.js'
import { ftPart } from '../plain/ft.js'
import { takePart } from './team.js'

takePart((className, memory, place) => ftPart(ftSize(className), memory, place))
