import { Copy } from '@atoll/address-space'
import { counted } from '../../growth/counted.js'
import { PageCrowd } from '../../growth/page-crowd.js'
import type { Row } from '../../row.js'

export const row: Row<'growth/invalidate-depth'> = {
  name: 'growth/invalidate-depth',
  unit: 'steps',
  peer: 'the binary logarithm of the number of sharers, of which there are 1,022',
  better: 'lower',
  target: 2,
  open: async () => {
    const crowd = new PageCrowd(1024)
    crowd.share()
    return counted(crowd.get(3, Copy.writable).steps, Math.log2(crowd.kernels - 2))
  },
}
