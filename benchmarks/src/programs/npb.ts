/* eslint-disable atoll/package-imports -- Atoll compiles this program together with the samples' sources: a package would be the host's */
import { ep } from '../../../samples/npb/ep.js'
import { problemSize } from '../../../samples/npb/ep-result.js'
import { ft } from '../../../samples/npb/ft.js'
import { ftSize } from '../../../samples/npb/ft-result.js'
import { is } from '../../../samples/npb/is.js'
import { isSize } from '../../../samples/npb/is-result.js'
import { mg } from '../../../samples/npb/mg.js'
import { mgSize } from '../../../samples/npb/mg-result.js'
import { takeSamples } from './samples.js'

/** Samples a NAS benchmark, `[CHANNEL, NAME, CLASS, THREADS]`: the seconds of its timed section. */
export async function main([, channel, name, className, threads]: string[]): Promise<void> {
  await takeSamples(channel, async () => {
    const { seconds, verified } = await run(name, className, Number(threads))
    if (!verified) throw new Error(`${name} of class ${className} did not verify`)
    return seconds
  })
}

async function run(name: string, className: string, threads: number): Promise<{ seconds: number; verified: boolean }> {
  switch (name) {
    case 'ep':
      return (await ep(problemSize(className), threads, 4)).result
    case 'is':
      return (await is({ size: isSize(className), threads, walks: 0 })).result
    case 'mg':
      return (await mg({ size: mgSize(className), threads, walks: 0 })).result
    case 'ft':
      return (await ft({ size: ftSize(className), threads, walks: 0 })).result
    default:
      throw new Error(`there is no benchmark ${name}`)
  }
}
