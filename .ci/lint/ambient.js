/**
 * The ban on ambient time and chance, as settings of ESLint's own rules. What depends on either takes `Clock` or
 * `Random` from its container or constructor, so that `sim` repeats a run from its seed.
 */

const TIME = 'Take the Clock from the container or the constructor: ambient time makes a run unrepeatable in sim.'
const CHANCE = 'Take Random from the container or the constructor: ambient chance makes a run unrepeatable in sim.'

const properties = [
  { object: 'Date', property: 'now', message: TIME },
  { object: 'process', property: 'hrtime', message: TIME },
  { object: 'process', property: 'uptime', message: TIME },
  { object: 'Math', property: 'random', message: CHANCE },
  { object: 'crypto', property: 'randomUUID', message: CHANCE },
  { object: 'crypto', property: 'getRandomValues', message: CHANCE },
]

const globals = ['performance', 'setTimeout', 'setInterval', 'setImmediate'].map((name) => ({ name, message: TIME }))

const imports = [
  ...['timers', 'timers/promises'].map((name) => ({ name, message: TIME })),
  { name: 'perf_hooks', importNames: ['performance'], message: TIME },
  { name: 'process', importNames: ['hrtime', 'uptime'], message: TIME },
  { name: 'crypto', importNames: ['randomBytes', 'randomInt', 'randomUUID', 'getRandomValues'], message: CHANCE },
]

/** Rules that forbid every way to ambient time and chance. */
export const forbidAmbient = {
  'no-restricted-globals': ['error', { globals, checkGlobalObject: true }],
  'no-restricted-properties': ['error', ...properties],
  'no-restricted-syntax': [
    'error',
    { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: TIME },
    { selector: "CallExpression[callee.name='Date']", message: TIME },
  ],
  '@typescript-eslint/no-restricted-imports': [
    'error',
    { paths: imports.flatMap((entry) => [entry, { ...entry, name: `node:${entry.name}` }]) },
  ],
}

/** The same rules, off: for the few files that are the source of time and chance for all others. */
export const permitAmbient = Object.fromEntries(Object.keys(forbidAmbient).map((rule) => [rule, 'off']))
