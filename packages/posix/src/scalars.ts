import { scalarCall, type Ptr } from '@atoll/address-space'

/*
 * Scalars of the process's memory, little-endian on every machine. An access to a page that this kernel has takes nanoseconds and suspends nobody. Each call
 * throws a `PosixError` `EFAULT` where nothing is mapped or the protection forbids it (fields `signal`: `SIGSEGV`, `address`, `access`), or where memory was lost or the object
 * ends (`SIGBUS`); `EINVAL` for what is no address. Loads and stores need no alignment, and those that have it are indivisible; atomics insist on it
 * (`SIGBUS`). 64-bit integers are `bigint`s.
 */

/** The 8-bit signed integer at `address`. */
export const load_i8 = scalarCall<(address: Ptr) => Promise<number>>('load_i8')
/** Writes a 8-bit signed integer at `address`. */
export const store_i8 = scalarCall<(address: Ptr, value: number) => Promise<void>>('store_i8')
/** The 8-bit unsigned integer at `address`. */
export const load_u8 = scalarCall<(address: Ptr) => Promise<number>>('load_u8')
/** Writes a 8-bit unsigned integer at `address`. */
export const store_u8 = scalarCall<(address: Ptr, value: number) => Promise<void>>('store_u8')
/** The 16-bit signed integer at `address`. */
export const load_i16 = scalarCall<(address: Ptr) => Promise<number>>('load_i16')
/** Writes a 16-bit signed integer at `address`. */
export const store_i16 = scalarCall<(address: Ptr, value: number) => Promise<void>>('store_i16')
/** The 16-bit unsigned integer at `address`. */
export const load_u16 = scalarCall<(address: Ptr) => Promise<number>>('load_u16')
/** Writes a 16-bit unsigned integer at `address`. */
export const store_u16 = scalarCall<(address: Ptr, value: number) => Promise<void>>('store_u16')
/** The 32-bit signed integer at `address`. */
export const load_i32 = scalarCall<(address: Ptr) => Promise<number>>('load_i32')
/** Writes a 32-bit signed integer at `address`. */
export const store_i32 = scalarCall<(address: Ptr, value: number) => Promise<void>>('store_i32')
/** The 32-bit unsigned integer at `address`. */
export const load_u32 = scalarCall<(address: Ptr) => Promise<number>>('load_u32')
/** Writes a 32-bit unsigned integer at `address`. */
export const store_u32 = scalarCall<(address: Ptr, value: number) => Promise<void>>('store_u32')
/** The 64-bit signed integer at `address`. */
export const load_i64 = scalarCall<(address: Ptr) => Promise<bigint>>('load_i64')
/** Writes a 64-bit signed integer at `address`. */
export const store_i64 = scalarCall<(address: Ptr, value: bigint) => Promise<void>>('store_i64')
/** The 64-bit unsigned integer at `address`. */
export const load_u64 = scalarCall<(address: Ptr) => Promise<bigint>>('load_u64')
/** Writes a 64-bit unsigned integer at `address`. */
export const store_u64 = scalarCall<(address: Ptr, value: bigint) => Promise<void>>('store_u64')
/** The 32-bit floating-point number at `address`. */
export const load_f32 = scalarCall<(address: Ptr) => Promise<number>>('load_f32')
/** Writes a 32-bit floating-point number at `address`. */
export const store_f32 = scalarCall<(address: Ptr, value: number) => Promise<void>>('store_f32')
/** The 64-bit floating-point number at `address`. */
export const load_f64 = scalarCall<(address: Ptr) => Promise<number>>('load_f64')
/** Writes a 64-bit floating-point number at `address`. */
export const store_f64 = scalarCall<(address: Ptr, value: number) => Promise<void>>('store_f64')
/** The 8-bit signed integer at `address`, read indivisibly. */
export const atomic_load_i8 = scalarCall<(address: Ptr) => Promise<number>>('atomic_load_i8')
/** Writes a 8-bit signed integer at `address`, indivisibly. */
export const atomic_store_i8 = scalarCall<(address: Ptr, value: number) => Promise<void>>('atomic_store_i8')
/** Writes a 8-bit signed integer; returns the one before. */
export const atomic_exchange_i8 = scalarCall<(address: Ptr, value: number) => Promise<number>>('atomic_exchange_i8')
/** Writes `desired` if the 8-bit signed integer is `expected`; returns what it was. */
export const atomic_compare_exchange_i8 =
  scalarCall<(address: Ptr, expected: number, desired: number) => Promise<number>>('atomic_compare_exchange_i8')
/** Adds to a 8-bit signed integer; returns the one before. */
export const atomic_fetch_add_i8 = scalarCall<(address: Ptr, operand: number) => Promise<number>>('atomic_fetch_add_i8')
/** Subtracts from a 8-bit signed integer; returns the one before. */
export const atomic_fetch_sub_i8 = scalarCall<(address: Ptr, operand: number) => Promise<number>>('atomic_fetch_sub_i8')
/** Ands a 8-bit signed integer; returns the one before. */
export const atomic_fetch_and_i8 = scalarCall<(address: Ptr, operand: number) => Promise<number>>('atomic_fetch_and_i8')
/** Ors a 8-bit signed integer; returns the one before. */
export const atomic_fetch_or_i8 = scalarCall<(address: Ptr, operand: number) => Promise<number>>('atomic_fetch_or_i8')
/** Exclusive-ors a 8-bit signed integer; returns the one before. */
export const atomic_fetch_xor_i8 = scalarCall<(address: Ptr, operand: number) => Promise<number>>('atomic_fetch_xor_i8')
/** The 8-bit unsigned integer at `address`, read indivisibly. */
export const atomic_load_u8 = scalarCall<(address: Ptr) => Promise<number>>('atomic_load_u8')
/** Writes a 8-bit unsigned integer at `address`, indivisibly. */
export const atomic_store_u8 = scalarCall<(address: Ptr, value: number) => Promise<void>>('atomic_store_u8')
/** Writes a 8-bit unsigned integer; returns the one before. */
export const atomic_exchange_u8 = scalarCall<(address: Ptr, value: number) => Promise<number>>('atomic_exchange_u8')
/** Writes `desired` if the 8-bit unsigned integer is `expected`; returns what it was. */
export const atomic_compare_exchange_u8 =
  scalarCall<(address: Ptr, expected: number, desired: number) => Promise<number>>('atomic_compare_exchange_u8')
/** Adds to a 8-bit unsigned integer; returns the one before. */
export const atomic_fetch_add_u8 = scalarCall<(address: Ptr, operand: number) => Promise<number>>('atomic_fetch_add_u8')
/** Subtracts from a 8-bit unsigned integer; returns the one before. */
export const atomic_fetch_sub_u8 = scalarCall<(address: Ptr, operand: number) => Promise<number>>('atomic_fetch_sub_u8')
/** Ands a 8-bit unsigned integer; returns the one before. */
export const atomic_fetch_and_u8 = scalarCall<(address: Ptr, operand: number) => Promise<number>>('atomic_fetch_and_u8')
/** Ors a 8-bit unsigned integer; returns the one before. */
export const atomic_fetch_or_u8 = scalarCall<(address: Ptr, operand: number) => Promise<number>>('atomic_fetch_or_u8')
/** Exclusive-ors a 8-bit unsigned integer; returns the one before. */
export const atomic_fetch_xor_u8 = scalarCall<(address: Ptr, operand: number) => Promise<number>>('atomic_fetch_xor_u8')
/** The 16-bit signed integer at `address`, read indivisibly. */
export const atomic_load_i16 = scalarCall<(address: Ptr) => Promise<number>>('atomic_load_i16')
/** Writes a 16-bit signed integer at `address`, indivisibly. */
export const atomic_store_i16 = scalarCall<(address: Ptr, value: number) => Promise<void>>('atomic_store_i16')
/** Writes a 16-bit signed integer; returns the one before. */
export const atomic_exchange_i16 = scalarCall<(address: Ptr, value: number) => Promise<number>>('atomic_exchange_i16')
/** Writes `desired` if the 16-bit signed integer is `expected`; returns what it was. */
export const atomic_compare_exchange_i16 =
  scalarCall<(address: Ptr, expected: number, desired: number) => Promise<number>>('atomic_compare_exchange_i16')
/** Adds to a 16-bit signed integer; returns the one before. */
export const atomic_fetch_add_i16 =
  scalarCall<(address: Ptr, operand: number) => Promise<number>>('atomic_fetch_add_i16')
/** Subtracts from a 16-bit signed integer; returns the one before. */
export const atomic_fetch_sub_i16 =
  scalarCall<(address: Ptr, operand: number) => Promise<number>>('atomic_fetch_sub_i16')
/** Ands a 16-bit signed integer; returns the one before. */
export const atomic_fetch_and_i16 =
  scalarCall<(address: Ptr, operand: number) => Promise<number>>('atomic_fetch_and_i16')
/** Ors a 16-bit signed integer; returns the one before. */
export const atomic_fetch_or_i16 = scalarCall<(address: Ptr, operand: number) => Promise<number>>('atomic_fetch_or_i16')
/** Exclusive-ors a 16-bit signed integer; returns the one before. */
export const atomic_fetch_xor_i16 =
  scalarCall<(address: Ptr, operand: number) => Promise<number>>('atomic_fetch_xor_i16')
/** The 16-bit unsigned integer at `address`, read indivisibly. */
export const atomic_load_u16 = scalarCall<(address: Ptr) => Promise<number>>('atomic_load_u16')
/** Writes a 16-bit unsigned integer at `address`, indivisibly. */
export const atomic_store_u16 = scalarCall<(address: Ptr, value: number) => Promise<void>>('atomic_store_u16')
/** Writes a 16-bit unsigned integer; returns the one before. */
export const atomic_exchange_u16 = scalarCall<(address: Ptr, value: number) => Promise<number>>('atomic_exchange_u16')
/** Writes `desired` if the 16-bit unsigned integer is `expected`; returns what it was. */
export const atomic_compare_exchange_u16 =
  scalarCall<(address: Ptr, expected: number, desired: number) => Promise<number>>('atomic_compare_exchange_u16')
/** Adds to a 16-bit unsigned integer; returns the one before. */
export const atomic_fetch_add_u16 =
  scalarCall<(address: Ptr, operand: number) => Promise<number>>('atomic_fetch_add_u16')
/** Subtracts from a 16-bit unsigned integer; returns the one before. */
export const atomic_fetch_sub_u16 =
  scalarCall<(address: Ptr, operand: number) => Promise<number>>('atomic_fetch_sub_u16')
/** Ands a 16-bit unsigned integer; returns the one before. */
export const atomic_fetch_and_u16 =
  scalarCall<(address: Ptr, operand: number) => Promise<number>>('atomic_fetch_and_u16')
/** Ors a 16-bit unsigned integer; returns the one before. */
export const atomic_fetch_or_u16 = scalarCall<(address: Ptr, operand: number) => Promise<number>>('atomic_fetch_or_u16')
/** Exclusive-ors a 16-bit unsigned integer; returns the one before. */
export const atomic_fetch_xor_u16 =
  scalarCall<(address: Ptr, operand: number) => Promise<number>>('atomic_fetch_xor_u16')
/** The 32-bit signed integer at `address`, read indivisibly. */
export const atomic_load_i32 = scalarCall<(address: Ptr) => Promise<number>>('atomic_load_i32')
/** Writes a 32-bit signed integer at `address`, indivisibly. */
export const atomic_store_i32 = scalarCall<(address: Ptr, value: number) => Promise<void>>('atomic_store_i32')
/** Writes a 32-bit signed integer; returns the one before. */
export const atomic_exchange_i32 = scalarCall<(address: Ptr, value: number) => Promise<number>>('atomic_exchange_i32')
/** Writes `desired` if the 32-bit signed integer is `expected`; returns what it was. */
export const atomic_compare_exchange_i32 =
  scalarCall<(address: Ptr, expected: number, desired: number) => Promise<number>>('atomic_compare_exchange_i32')
/** Adds to a 32-bit signed integer; returns the one before. */
export const atomic_fetch_add_i32 =
  scalarCall<(address: Ptr, operand: number) => Promise<number>>('atomic_fetch_add_i32')
/** Subtracts from a 32-bit signed integer; returns the one before. */
export const atomic_fetch_sub_i32 =
  scalarCall<(address: Ptr, operand: number) => Promise<number>>('atomic_fetch_sub_i32')
/** Ands a 32-bit signed integer; returns the one before. */
export const atomic_fetch_and_i32 =
  scalarCall<(address: Ptr, operand: number) => Promise<number>>('atomic_fetch_and_i32')
/** Ors a 32-bit signed integer; returns the one before. */
export const atomic_fetch_or_i32 = scalarCall<(address: Ptr, operand: number) => Promise<number>>('atomic_fetch_or_i32')
/** Exclusive-ors a 32-bit signed integer; returns the one before. */
export const atomic_fetch_xor_i32 =
  scalarCall<(address: Ptr, operand: number) => Promise<number>>('atomic_fetch_xor_i32')
/** The 32-bit unsigned integer at `address`, read indivisibly. */
export const atomic_load_u32 = scalarCall<(address: Ptr) => Promise<number>>('atomic_load_u32')
/** Writes a 32-bit unsigned integer at `address`, indivisibly. */
export const atomic_store_u32 = scalarCall<(address: Ptr, value: number) => Promise<void>>('atomic_store_u32')
/** Writes a 32-bit unsigned integer; returns the one before. */
export const atomic_exchange_u32 = scalarCall<(address: Ptr, value: number) => Promise<number>>('atomic_exchange_u32')
/** Writes `desired` if the 32-bit unsigned integer is `expected`; returns what it was. */
export const atomic_compare_exchange_u32 =
  scalarCall<(address: Ptr, expected: number, desired: number) => Promise<number>>('atomic_compare_exchange_u32')
/** Adds to a 32-bit unsigned integer; returns the one before. */
export const atomic_fetch_add_u32 =
  scalarCall<(address: Ptr, operand: number) => Promise<number>>('atomic_fetch_add_u32')
/** Subtracts from a 32-bit unsigned integer; returns the one before. */
export const atomic_fetch_sub_u32 =
  scalarCall<(address: Ptr, operand: number) => Promise<number>>('atomic_fetch_sub_u32')
/** Ands a 32-bit unsigned integer; returns the one before. */
export const atomic_fetch_and_u32 =
  scalarCall<(address: Ptr, operand: number) => Promise<number>>('atomic_fetch_and_u32')
/** Ors a 32-bit unsigned integer; returns the one before. */
export const atomic_fetch_or_u32 = scalarCall<(address: Ptr, operand: number) => Promise<number>>('atomic_fetch_or_u32')
/** Exclusive-ors a 32-bit unsigned integer; returns the one before. */
export const atomic_fetch_xor_u32 =
  scalarCall<(address: Ptr, operand: number) => Promise<number>>('atomic_fetch_xor_u32')
/** The 64-bit signed integer at `address`, read indivisibly. */
export const atomic_load_i64 = scalarCall<(address: Ptr) => Promise<bigint>>('atomic_load_i64')
/** Writes a 64-bit signed integer at `address`, indivisibly. */
export const atomic_store_i64 = scalarCall<(address: Ptr, value: bigint) => Promise<void>>('atomic_store_i64')
/** Writes a 64-bit signed integer; returns the one before. */
export const atomic_exchange_i64 = scalarCall<(address: Ptr, value: bigint) => Promise<bigint>>('atomic_exchange_i64')
/** Writes `desired` if the 64-bit signed integer is `expected`; returns what it was. */
export const atomic_compare_exchange_i64 =
  scalarCall<(address: Ptr, expected: bigint, desired: bigint) => Promise<bigint>>('atomic_compare_exchange_i64')
/** Adds to a 64-bit signed integer; returns the one before. */
export const atomic_fetch_add_i64 =
  scalarCall<(address: Ptr, operand: bigint) => Promise<bigint>>('atomic_fetch_add_i64')
/** Subtracts from a 64-bit signed integer; returns the one before. */
export const atomic_fetch_sub_i64 =
  scalarCall<(address: Ptr, operand: bigint) => Promise<bigint>>('atomic_fetch_sub_i64')
/** Ands a 64-bit signed integer; returns the one before. */
export const atomic_fetch_and_i64 =
  scalarCall<(address: Ptr, operand: bigint) => Promise<bigint>>('atomic_fetch_and_i64')
/** Ors a 64-bit signed integer; returns the one before. */
export const atomic_fetch_or_i64 = scalarCall<(address: Ptr, operand: bigint) => Promise<bigint>>('atomic_fetch_or_i64')
/** Exclusive-ors a 64-bit signed integer; returns the one before. */
export const atomic_fetch_xor_i64 =
  scalarCall<(address: Ptr, operand: bigint) => Promise<bigint>>('atomic_fetch_xor_i64')
/** The 64-bit unsigned integer at `address`, read indivisibly. */
export const atomic_load_u64 = scalarCall<(address: Ptr) => Promise<bigint>>('atomic_load_u64')
/** Writes a 64-bit unsigned integer at `address`, indivisibly. */
export const atomic_store_u64 = scalarCall<(address: Ptr, value: bigint) => Promise<void>>('atomic_store_u64')
/** Writes a 64-bit unsigned integer; returns the one before. */
export const atomic_exchange_u64 = scalarCall<(address: Ptr, value: bigint) => Promise<bigint>>('atomic_exchange_u64')
/** Writes `desired` if the 64-bit unsigned integer is `expected`; returns what it was. */
export const atomic_compare_exchange_u64 =
  scalarCall<(address: Ptr, expected: bigint, desired: bigint) => Promise<bigint>>('atomic_compare_exchange_u64')
/** Adds to a 64-bit unsigned integer; returns the one before. */
export const atomic_fetch_add_u64 =
  scalarCall<(address: Ptr, operand: bigint) => Promise<bigint>>('atomic_fetch_add_u64')
/** Subtracts from a 64-bit unsigned integer; returns the one before. */
export const atomic_fetch_sub_u64 =
  scalarCall<(address: Ptr, operand: bigint) => Promise<bigint>>('atomic_fetch_sub_u64')
/** Ands a 64-bit unsigned integer; returns the one before. */
export const atomic_fetch_and_u64 =
  scalarCall<(address: Ptr, operand: bigint) => Promise<bigint>>('atomic_fetch_and_u64')
/** Ors a 64-bit unsigned integer; returns the one before. */
export const atomic_fetch_or_u64 = scalarCall<(address: Ptr, operand: bigint) => Promise<bigint>>('atomic_fetch_or_u64')
/** Exclusive-ors a 64-bit unsigned integer; returns the one before. */
export const atomic_fetch_xor_u64 =
  scalarCall<(address: Ptr, operand: bigint) => Promise<bigint>>('atomic_fetch_xor_u64')
