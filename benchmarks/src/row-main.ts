/** What runs in the process of one row: `row-main.js NAME SAMPLES`. Sends the result to the process that started it. */
import { measure } from './measure.js'
import { isRowName, loadRow } from './rows.js'

const [, , name = '', samples = ''] = process.argv
if (!isRowName(name) || process.send === undefined)
  throw new Error('row-main.js is started by row-process.js, with the name of a row')

const result = await measure(await loadRow(name), Number(samples))
process.send(result, () => {
  process.disconnect()
})
