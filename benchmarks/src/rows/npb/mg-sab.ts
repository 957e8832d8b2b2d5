import { MG, besideSharedMemory } from '../../atoll/npb.js'

export const row = besideSharedMemory(MG)
