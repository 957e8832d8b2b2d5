import { compileProgram } from '@atoll/compiler'
import type { ProgramImage } from '@atoll/kernel'
import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const images = new Map<string, Promise<ProgramImage>>()

/** The image of one of the suite's programs, compiled once. */
export function programImage(name: string): Promise<ProgramImage> {
  let image = images.get(name)
  if (!image) images.set(name, (image = compile(`${name}.js`)))
  return image
}

/** Where this package is installed its modules count as a library's, which are not lowered; a copy elsewhere is an application. */
async function compile(file: string): Promise<ProgramImage> {
  const folder = await mkdtemp(join(tmpdir(), 'atoll-'))
  try {
    const copy = join(folder, file)
    await copyFile(new URL(`./programs/${file}`, import.meta.url), copy)
    return await compileProgram(copy, { cache: null })
  } finally {
    await rm(folder, { recursive: true })
  }
}
