import { INAPPLICABLE } from './inapplicable.js'
import { conformancePrograms } from './statements.js'

/** The functions of a list of the API, in its order; `*` stands for the types of scalars. */
export interface FunctionList {
  readonly title: string
  readonly functions: readonly string[]
}

const ATOMICS = 'load store exchange compare_exchange fetch_add fetch_sub fetch_and fetch_or fetch_xor'
const HEAP = 'malloc calloc realloc free aligned_alloc malloc_usable_size'

/** The lists whose functions must all have statements. */
export const LISTS: readonly FunctionList[] = [
  {
    title: 'Memory',
    functions: [
      ...'mmap munmap mprotect mremap msync madvise brk sbrk shm_open shm_unlink ftruncate'.split(' '),
      ...HEAP.split(' '),
      ...'load_* store_* atomic_*'.split(' '),
      ...ATOMICS.split(' ').map((name) => `atomic_${name}`),
      ...'copyin copyout view unview struct'.split(' '),
    ],
  },
]

/** What is said of one function. */
interface Entry {
  readonly checked: string[]
  readonly inapplicable: string[]
}

/** By function, in the order of the tests. */
export function entries(): Map<string, Entry> {
  const found = new Map<string, Entry>()
  const entryOf = (name: string): Entry => {
    const entry = found.get(name) ?? { checked: [], inapplicable: [] }
    found.set(name, entry)
    return entry
  }
  for (const statement of conformancePrograms().flatMap(({ statements }) => statements)) {
    const colon = statement.indexOf(': ')
    entryOf(statement.slice(0, colon)).checked.push(statement.slice(colon + 2))
  }
  for (const { function: name, statement, reason } of INAPPLICABLE) {
    entryOf(name).inapplicable.push(`${statement} (${reason})`)
  }
  return found
}

/** `docs/conformance.md`, as the tests have it. */
export function conformancePage(): string {
  const found = entries()
  const listed = new Set(LISTS.flatMap(({ functions }) => functions))
  const others = [...found.keys()].filter((name) => !listed.has(name))
  const lists = [...LISTS, { title: 'Others', functions: others }]
  const count = [...found.values()].reduce((sum, { checked }) => sum + checked.length, 0)
  return [INTRODUCTION, `${count} statements are checked.`, ...lists.flatMap((list) => section(list, found))]
    .join('\n\n')
    .concat('\n')
}

const INTRODUCTION = `# Conformance

Written by \`npm run docs:conformance\` from the tests in \`packages/posix/test/programs/conformance-*.ts\` and \`packages/system/test/conformance\`. What POSIX says of a function (Linux, where POSIX is silent; this documentation, where both are) is stated in our own words.
Each statement is a test in a process of its own; but for \`conformance-limits\`, which takes long, all of them together run on every backend, with 1, 2 and 4 kernels, and under forced motion. What can't be checked, or not yet, is named with the reason.`

function section({ title, functions }: FunctionList, found: ReadonlyMap<string, Entry>): string[] {
  return [`## ${title}`, ...functions.flatMap((name) => parts(name, found.get(name)))]
}

function parts(name: string, { checked, inapplicable }: Entry = { checked: [], inapplicable: [] }): string[] {
  const lists = [`### \`${name}\``, checked.map(item).join('\n')]
  if (inapplicable.length > 0) lists.push('Not checked, and why:', inapplicable.map(item).join('\n'))
  return lists.filter((part) => part !== '')
}

/** Identifiers are code, so that nothing in them is taken for Markdown. */
const item = (statement: string): string => `- ${statement.replace(/\w*[A-Za-z]_\w+\*?/g, '`$&`')}`
