import { createHash } from 'node:crypto'
import { WrongImageError } from '../errors.js'
import type { ProgramImage } from './image.js'

/** Throws `WrongImageError` unless the image's code is what its hash says. `from`: who gave it, for people. */
export function verifyImage({ hash, name, code }: ProgramImage, from: string): void {
  const actual = createHash('sha256').update(code).digest('hex')
  if (actual !== hash) throw new WrongImageError(name, hash, actual, from)
}
