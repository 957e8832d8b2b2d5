import { readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { below, isLayered } from './layers.js'

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../..')
const SCOPE = '@atoll/'

/**
 * The house rule between packages: arrows only point down, a package imports another's public entries and never its
 * files, and the sources of a package import only what its `package.json` declares (a workspace hoists everything, so
 * an undeclared dependency works here and breaks once published).
 *
 * @type {import('eslint').Rule.RuleModule}
 */
export const packageImports = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      upward:
        "'{{from}}' must not import '{{to}}': arrows between packages only point down (.ci/lint/layers.js). " +
        'Move the code down, or pass it in through an interface.',
      unknown: "'{{to}}' is not a package that .ci/lint/layers.js knows: add it there with its arrows.",
      privateFile:
        "'{{specifier}}' is a private file of '{{to}}': import its public entry '@atoll/{{to}}', and export there " +
        'what is missing.',
      undeclared: "'{{dependency}}' is not declared in {{manifest}}: add it to its dependencies, or do without it.",
    },
  },

  create(context) {
    const importer = locate(context.filename)
    if (importer === null) return {}

    const check = (node) => {
      if (node?.type !== 'Literal' || typeof node.value !== 'string') return
      const problem = problemOf(importer, node.value, context.filename)
      if (problem !== null) context.report({ node, ...problem })
    }
    return {
      ImportDeclaration: (node) => check(node.source),
      ExportNamedDeclaration: (node) => check(node.source),
      ExportAllDeclaration: (node) => check(node.source),
      ImportExpression: (node) => check(node.source),
      TSImportType: (node) => check(node.source),
      TSExternalModuleReference: (node) => check(node.expression),
    }
  },
}

/** The workspace folder that a file belongs to, e.g. `{ name: 'kernel', folder: 'packages/kernel', isSource: true }`. */
function locate(file) {
  const [top, second, third] = relative(ROOT, file).split(sep)
  if (top === 'packages') return { name: second, folder: join(top, second), isSource: third === 'src' }
  if (top === 'samples' || top === 'benchmarks') return { name: top, folder: top, isSource: second !== 'test' }
  return null
}

function problemOf(importer, specifier, file) {
  if (specifier.startsWith('.')) return relativeProblem(importer, specifier, file)
  if (specifier.startsWith(SCOPE))
    return workspaceProblem(importer, specifier) ?? dependencyProblem(importer, specifier)
  return isBuiltin(specifier) ? null : dependencyProblem(importer, specifier)
}

function relativeProblem(importer, specifier, file) {
  const target = locate(resolve(dirname(file), specifier))
  if (target === null || target.name === importer.name) return null
  return arrowProblem(importer, target.name) ?? { messageId: 'privateFile', data: { specifier, to: target.name } }
}

function workspaceProblem(importer, specifier) {
  const [to, ...subpath] = specifier.slice(SCOPE.length).split('/')
  const problem = arrowProblem(importer, to)
  if (problem !== null || subpath.length === 0) return problem
  const entry = ['.', ...subpath].join('/')
  const isPublic = Object.hasOwn(manifestOf(folderOf(to)).exports ?? {}, entry)
  return isPublic ? null : { messageId: 'privateFile', data: { specifier, to } }
}

function arrowProblem(importer, to) {
  if (to === importer.name || below(importer.name).has(to)) return null
  if (!isLayered(to)) return { messageId: 'unknown', data: { to } }
  return { messageId: 'upward', data: { from: importer.name, to } }
}

/** Tests and benchmarks of a package aren't published: they may use what the workspace installs for development. */
function dependencyProblem(importer, specifier) {
  const dependency = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
  const manifest = manifestOf(importer.folder)
  const declared = { ...manifest.dependencies, ...manifest.peerDependencies, [manifest.name]: '' }
  if (!importer.isSource) Object.assign(declared, manifest.devDependencies, manifestOf('.').devDependencies)
  if (Object.hasOwn(declared, dependency)) return null
  return { messageId: 'undeclared', data: { dependency, manifest: join(importer.folder, 'package.json') } }
}

const folderOf = (name) => (name === 'samples' || name === 'benchmarks' ? name : join('packages', name))

const manifests = new Map()

function manifestOf(folder) {
  let manifest = manifests.get(folder)
  if (manifest === undefined) {
    manifest = JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8'))
    manifests.set(folder, manifest)
  }
  return manifest
}
