/** What files of other kinds than modules are answered with. */
export const EXTENSION_REMEDY = 'write it as an ECMAScript module, in a .ts, .mts, .js or .mjs file'

/** What a program without a usable `main` is answered with. */
export const MAIN_REMEDY =
  'export the function that the program starts with: export async function main(argv, env) { … }'

const REMEDIES: readonly (readonly [message: RegExp, remedy: string])[] = [
  [/^Could not resolve "\.{0,2}\//, 'correct the path: it is relative to the importing file'],
  [/^Could not resolve/, 'install the package next to the program (npm install), or correct its name'],
  [/^No matching export/, 'export it there, or write "import type" if it is a type'],
  [/^Import .* will always be undefined/, 'export it there, or write "import type" if it is a type'],
  [/^No loader is configured/, 'keep the file out of the program and read it with node:fs where it runs'],
  [/^"import\.meta"/, 'a program has no place of its own on its kernels: pass paths in argv or env'],
  [/contains a top-level await$/, 'import it, or await inside main'],
]

/** What to do about a message of esbuild. */
export const remedyFor = (message: string): string =>
  REMEDIES.find(([pattern]) => pattern.test(message))?.[1] ?? 'correct this place in the source'
