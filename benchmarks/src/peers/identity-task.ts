/** A task of a worker pool: gives back what it was given. */
export default function identity(value: number): number {
  return value
}
