import { PosixError } from '@atoll/kernel'

/** A set of CPU numbers, as calls return it and `CPU_SET` changes it. */
export type CpuSet = Set<number>
/** A set of CPU numbers, as calls take it: any iterable. */
export type cpu_set = Iterable<number>

/** Most CPUs that a set can name. */
export const CPU_SETSIZE = 4095

/** Empties the set. */
export const CPU_ZERO = (set: CpuSet): void => {
  set.clear()
}
/** Adds a CPU. */
export const CPU_SET = (cpu: number, set: CpuSet): void => {
  set.add(cpu)
}
/** Takes a CPU out. */
export const CPU_CLR = (cpu: number, set: CpuSet): void => {
  set.delete(cpu)
}
/** Is the CPU in the set? */
export const CPU_ISSET = (cpu: number, set: CpuSet): boolean => set.has(cpu)
/** How many CPUs are in the set. */
export const CPU_COUNT = (set: CpuSet): number => set.size

/** The numbers in a set that a program hands over, ascending. Throws `EINVAL`, naming what is wrong. */
export function readCpuSet(syscall: string, cpus: cpu_set): number[] {
  if (typeof cpus !== 'object' || cpus === null || !(Symbol.iterator in cpus)) {
    throw new PosixError('EINVAL', syscall, `the CPU set is ${String(cpus)}: give an array or Set of CPU numbers`)
  }
  const numbers = [...new Set(cpus)].sort((a, b) => a - b)
  if (numbers.length === 0)
    throw new PosixError('EINVAL', syscall, 'the CPU set is empty: a thread has to run somewhere')
  for (const cpu of numbers) {
    if (!Number.isInteger(cpu) || cpu < 0 || cpu >= CPU_SETSIZE) {
      throw new PosixError('EINVAL', syscall, `'${String(cpu)}' is not a CPU number (0 … ${CPU_SETSIZE - 1})`)
    }
  }
  return numbers
}
