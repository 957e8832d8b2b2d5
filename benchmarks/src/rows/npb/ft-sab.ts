import { FT, besideSharedMemory } from '../../atoll/npb.js'

export const row = besideSharedMemory(FT)
