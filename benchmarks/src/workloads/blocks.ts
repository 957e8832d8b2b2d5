/** Size of what `messages/bulk` sends at once. */
export const BLOCK_BYTES = 64 * 1024

/** Different blocks that are sent: 64 MiB in all, more than caches hold. */
export const BLOCKS = 1024
