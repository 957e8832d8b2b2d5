/** What `memory/stream` reads from the other kernel. */
export const STREAM_BYTES = 64 * 1024 * 1024
