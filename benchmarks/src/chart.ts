import * as Plot from '@observablehq/plot'
import { parseHTML } from 'linkedom'
import { significant, targetOf } from './report.js'
import { ratios, type Result } from './result.js'

/** A row as the chart shows it: 1 is the target, less is better, whichever way the row counts. */
interface Bar {
  readonly name: string
  readonly median: number
  readonly lower: number
  readonly upper: number
  readonly label: string
  readonly met: boolean
}

/** What is used here of the DOM, which this workspace has no types of. */
interface Drawing {
  readonly outerHTML: string
  setAttribute(name: string, value: string): void
}

const MET = '#2a7f62'
const MISSED = '#c1432e'
const ROW_HEIGHT = 26

/**
 * Draws rows with a target as an SVG document: how far each ratio is from its target, the quartiles of its samples as a bar.
 *
 * @throws RangeError if no row has a target.
 */
export function chart(title: string, results: readonly Result[]): string {
  const bars = results.flatMap((result) => (result.target === null ? [] : [barOf(result, result.target)]))
  if (bars.length === 0) throw new RangeError(`${title}: no row has a target, so there is nothing to draw`)
  const { document } = parseHTML('<html><body></body></html>') as unknown as { document: never }
  const options: Plot.PlotOptions = {
    document,
    width: 820,
    height: bars.length * ROW_HEIGHT + 70,
    marginLeft: 170,
    marginRight: 170,
    marginTop: 34,
    marginBottom: 36,
    style: { background: 'white', color: 'black' },
    x: {
      type: 'log',
      label: `${title}: ratio to the peer, as a multiple of its target (left of 1: better)`,
      tickFormat: '~g',
      ticks: 5,
      grid: true,
    },
    y: { label: null, domain: bars.map(({ name }) => name), padding: 0.4 },
    marks: [
      Plot.ruleX([1], { strokeWidth: 1.5 }),
      Plot.ruleY(bars, { y: 'name', x1: 'lower', x2: 'upper', stroke: colorOf, strokeWidth: 6, strokeOpacity: 0.35 }),
      Plot.dot(bars, { y: 'name', x: 'median', r: 4, fill: colorOf }),
      Plot.text(bars, { y: 'name', frameAnchor: 'right', textAnchor: 'start', dx: 10, text: 'label', fill: colorOf }),
    ],
  }
  const svg = Plot.plot(options) as unknown as Drawing
  svg.setAttribute('xmlns', 'http://www.w3.org/2000/svg')
  return `${svg.outerHTML}\n`
}

const colorOf = ({ met }: Bar): string => (met ? MET : MISSED)

function barOf(result: Result, target: number): Bar {
  const { lowerQuartile, upperQuartile } = ratios(result)
  const distances = [lowerQuartile, upperQuartile].map((ratio) => distance(ratio, target, result.better))
  return {
    name: result.name,
    median: distance(result.ratio, target, result.better),
    lower: Math.min(...distances),
    upper: Math.max(...distances),
    label: `${significant(result.ratio)} (${targetOf(result)})`,
    met: result.met === true,
  }
}

const distance = (ratio: number, target: number, better: Result['better']): number =>
  better === 'lower' ? ratio / target : target / ratio
