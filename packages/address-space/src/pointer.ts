declare const brand: unique symbol

/** An address in a process's address space: bytes, 0 … 2⁴⁸ − 1. */
export type Ptr = number & { readonly [brand]?: 'ptr' }
