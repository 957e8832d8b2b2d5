/** Takes the events of a trace, in Chrome's format. */
export interface TraceSink {
  /**
   * Takes some more of them.
   *
   * @param events JSON objects with commas between them.
   * @param count How many.
   */
  write(events: string, count: number): void
}
