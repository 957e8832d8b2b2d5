/** Size of a page of the address space, the unit of consistency, on every node whatever its processor's pages are. */
export const PAGE_BYTES = 4096
