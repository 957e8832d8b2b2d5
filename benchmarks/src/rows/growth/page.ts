import { counted } from '../../growth/counted.js'
import { PageCrowd } from '../../growth/page-crowd.js'
import type { Row } from '../../row.js'

export const row: Row<'growth/page'> = {
  name: 'growth/page',
  unit: 'messages',
  peer: 'a read fault among 4 kernels; the value: among 1,024',
  better: 'lower',
  target: 1,
  open: async () => counted(new PageCrowd(1024).share().messages, new PageCrowd(4).share().messages),
}
