import { IS, onOneKernel } from '../../atoll/npb.js'

export const row = onOneKernel(IS)
