import { FT, onTwoKernels } from '../../atoll/npb.js'

export const row = onTwoKernels(FT)
