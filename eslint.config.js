import eslint from '@eslint/js'
import { defineConfig, globalIgnores } from 'eslint/config'
import tseslint from 'typescript-eslint'
import { forbidAmbient, permitAmbient } from './.ci/lint/ambient.js'
import { disableWithReason } from './.ci/lint/disable-with-reason.js'
import { packageImports } from './.ci/lint/package-imports.js'

const NODE_GLOBALS = [
  'Buffer',
  'URL',
  'console',
  'process',
  'performance',
  'setTimeout',
  'clearTimeout',
  'setImmediate',
]

export default defineConfig([
  globalIgnores([
    '**/dist/',
    'docs/api/',
    '.cache/',
    // Inputs of tests: odd on purpose, and no part of a TypeScript project.
    'packages/*/test/**/{programs,fixtures}/',
  ]),

  eslint.configs.recommended,
  {
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    plugins: {
      atoll: { rules: { 'disable-with-reason': disableWithReason, 'package-imports': packageImports } },
    },
    rules: {
      'atoll/disable-with-reason': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-empty': ['error', { allowEmptyCatch: false }],
      'no-var': 'error',
      'object-shorthand': 'error',
      'prefer-const': ['error', { destructuring: 'all' }],
    },
  },
  {
    files: ['**/*.{js,mjs}'],
    languageOptions: { globals: Object.fromEntries(NODE_GLOBALS.map((name) => [name, 'readonly'])) },
  },

  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', caughtErrors: 'all' }],
      // Unwinding is no error: nothing may catch it as one. What can't move becomes one once its path is known.
      '@typescript-eslint/only-throw-error': [
        'error',
        {
          allow: [
            { from: 'file', name: ['Unwind', 'Unmovable'] },
            { from: 'package', name: 'Unwind', package: '@atoll/kernel' },
          ],
        },
      ],
      '@typescript-eslint/prefer-readonly': 'error',
      // An async function without `await` is resumable all the same, or keeps the promise that its interface made.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/return-await': ['error', 'error-handling-correctness-only'],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/use-unknown-in-catch-callback-variable': 'error',
    },
  },

  {
    files: ['packages/**/*.{ts,js}', 'samples/**/*.ts', 'benchmarks/**/*.ts'],
    rules: { 'atoll/package-imports': 'error' },
  },

  { files: ['packages/*/src/**/*.ts'], rules: { ...forbidAmbient, 'no-console': 'error' } },
  {
    files: [
      // The host's clock is where everyone else's time comes from, and the seed of chance.
      'packages/kernel/src/ports/{clock,random}.ts',
      // The loop yields to the host's event loop and measures its slices; in sim it is given another Clock.
      'packages/kernel/src/loop/**/*.ts',
      // A program is given the host's time and chance where they are real, and the kernel's where they are simulated.
      'packages/kernel/src/program/surroundings.ts',
      // Measuring this machine's speed means reading this machine's clock; switched off in sim.
      'packages/messaging/src/**/calibration.ts',
      // The command is an ordinary host program.
      'packages/cli/src/**/*.ts',
    ],
    rules: permitAmbient,
  },
  { files: ['packages/cli/src/**/*.ts'], rules: { 'no-console': 'off' } },

  {
    // The program's objects can be anything: built-in methods are kept and called on them, whatever theirs may be.
    files: ['packages/kernel/src/values/**/*.ts', 'packages/compiler/src/image-runtime/*.ts'],
    rules: { '@typescript-eslint/unbound-method': 'off' },
  },
  {
    // Layouts become code once per declaration: that is their speed. Names in it are checked or quoted.
    files: ['packages/messaging/src/declare/codec.ts', 'packages/kernel/src/values/layout.ts'],
    rules: { '@typescript-eslint/no-implied-eval': 'off' },
  },

  {
    // Tests handle values of any shape, and assert where a program would have to narrow.
    files: ['**/test/**/*.ts', '**/bench/**/*.ts'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
])
