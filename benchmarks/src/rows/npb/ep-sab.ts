import { EP, besideSharedMemory } from '../../atoll/npb.js'

export const row = besideSharedMemory(EP)
