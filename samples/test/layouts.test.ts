import test from 'ava'
import { atollRun } from './atoll-run.js'

test('every layout is measured', async (t) => {
  const { status, output } = await atollRun('memory/layouts.ts', ['--backend', 'workers', '--kernels', '2'], ['1'])
  t.is(status, 0, output)
  t.deepEqual(
    output.match(/^.*(?= +\d+\.\d ms$)/gm)?.map((line) => line.trim()),
    [
      'counters side by side',
      'counters side by side, MAP_RELEASE',
      'counters on pages of their own',
      'matrix cut by columns',
      'matrix cut by columns, MAP_RELEASE',
      'matrix cut by rows',
    ],
  )
})
