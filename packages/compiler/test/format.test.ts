import test from 'ava'
import { CompileError, formatCompileError } from '@atoll/compiler'

test('a diagnostic is shown with its place, the line, a caret under the culprit, and the remedy', (t) => {
  const error = new CompileError([
    { file: 'src/app.ts', line: 12, column: 5, message: 'x is wrong', remedy: 'mend it', excerpt: '\tlet x = 1' },
  ])
  t.is(
    formatCompileError(error),
    ['src/app.ts:12:5: x is wrong', '   12 | \tlet x = 1', '      | \t   ^', '  remedy: mend it'].join('\n'),
  )
})

test('a diagnostic without its line is shown with what there is', (t) => {
  const error = new CompileError([{ file: 'a.ts', line: 1, column: 1, message: 'no such file', remedy: 'look again' }])
  t.is(formatCompileError(error), 'a.ts:1:1: no such file\n  remedy: look again')
})

test('several diagnostics are all shown, and all in the message', (t) => {
  const one = { file: 'a.ts', line: 1, column: 1, message: 'first', remedy: 'mend' }
  const error = new CompileError([one, { ...one, line: 2, message: 'second' }])
  t.deepEqual(formatCompileError(error).match(/first|second/g), ['first', 'second'])
  t.is(error.message, 'a.ts:1:1: first: mend\na.ts:2:1: second: mend')
  t.deepEqual([error.file, error.line, error.column], ['a.ts', 1, 1])
})
