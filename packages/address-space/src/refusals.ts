import type { ErrorCode } from '@atoll/kernel'
import type { Refused } from './answer.js'
import type { AddressRange } from './regions/region.js'

/** A refusal. The explanation names the culprit and the remedy. */
export const refuse = (code: ErrorCode, explanation: string): Refused => ({ code, explanation })

/** An address as people read it. */
export const hex = (address: number): string => `0x${address.toString(16)}`

/** `[0x1000, 0x3000)`. */
export const hexRange = ({ start, end }: AddressRange): string => `[${hex(start)}, ${hex(end)})`
