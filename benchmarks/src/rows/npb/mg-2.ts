import { MG, onTwoKernels } from '../../atoll/npb.js'

export const row = onTwoKernels(MG)
