import { FT, onOneKernel } from '../../atoll/npb.js'

export const row = onOneKernel(FT)
