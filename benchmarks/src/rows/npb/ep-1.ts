import { EP, onOneKernel } from '../../atoll/npb.js'

export const row = onOneKernel(EP)
