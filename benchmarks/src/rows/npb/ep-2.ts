import { EP, onTwoKernels } from '../../atoll/npb.js'

export const row = onTwoKernels(EP)
