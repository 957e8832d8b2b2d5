import { constants } from 'node:os'

/** What can't be compiled or started, and what can't be understood. */
export const USAGE_ERROR = 2

/** The simulated system can't go on. */
export const SIMULATION_ERROR = 1

/** Of a process killed by a signal, what shells report. */
export const killedBy = (signal: NodeJS.Signals): number => 128 + constants.signals[signal]
