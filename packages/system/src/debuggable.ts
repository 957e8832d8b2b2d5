import type { ProgramImage } from '@atoll/kernel'
import { fileURLToPath, pathToFileURL } from 'node:url'

/**
 * The image as debuggers are to have it: with its sources' place, if that is given, or if it is known and this process can be debugged.
 *
 * @param entry The place of its entry module; `null` if nobody knows.
 */
export async function debuggable(
  image: ProgramImage,
  entry: URL | string | ProgramImage | null,
  sourceRoot: URL | string | undefined,
): Promise<ProgramImage> {
  if (sourceRoot !== undefined) return { ...image, sourceRoot: withSlash(String(sourceRoot)) }
  if (!(typeof entry === 'string' || entry instanceof URL) || !(await isInspected())) return image
  return { ...image, sourceRoot: sourceRootOf(entry, image) }
}

/** The folder that the paths in an image are relative to, as a URL: its entry module's place without its path in the image. */
export function sourceRootOf(entry: URL | string, { name }: ProgramImage): string {
  const url = (entry instanceof URL ? entry : pathToFileURL(isUrl(entry) ? fileURLToPath(entry) : entry)).href
  const path = encodeURI(name)
  return url.endsWith(`/${path}`) ? url.slice(0, -path.length) : ''
}

const isUrl = (entry: string): boolean => entry.startsWith('file:')
const withSlash = (url: string): string => (url === '' || url.endsWith('/') ? url : `${url}/`)

/** Does a debugger listen here? It sees the kernels that are workers of this process, too. */
async function isInspected(): Promise<boolean> {
  const { url } = await import('node:inspector')
  return url() !== undefined
}
