import { IS, besideSharedMemory } from '../../atoll/npb.js'

export const row = besideSharedMemory(IS)
