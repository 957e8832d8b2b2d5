import { IS, onTwoKernels } from '../../atoll/npb.js'

export const row = onTwoKernels(IS)
