import { Copy } from '@atoll/address-space'
import { counted } from '../../growth/counted.js'
import { PageCrowd } from '../../growth/page-crowd.js'
import type { Row } from '../../row.js'

export const row: Row<'growth/invalidate'> = {
  name: 'growth/invalidate',
  unit: 'messages',
  peer: 'a word to each of 1,022 sharers, and its answer',
  better: 'lower',
  target: 1.01,
  open: async () => {
    const crowd = new PageCrowd(1024)
    crowd.share()
    return counted(crowd.get(3, Copy.writable).messages, 2 * (crowd.kernels - 2))
  },
}
