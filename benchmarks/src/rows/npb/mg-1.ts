import { MG, onOneKernel } from '../../atoll/npb.js'

export const row = onOneKernel(MG)
