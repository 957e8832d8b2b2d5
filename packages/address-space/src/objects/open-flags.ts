/** `open`, `shm_open`: for reading only. */
export const O_RDONLY = 0
/** `open`, `shm_open`: for reading and writing. */
export const O_RDWR = 2
/** `open`, `shm_open`: make the object if there is none of this name. */
export const O_CREAT = 0o100
/** `open`, `shm_open`: with `O_CREAT`, refuse if there is one. */
export const O_EXCL = 0o200
/** `open`, `shm_open`: its size is 0 again. */
export const O_TRUNC = 0o1000
/** `open`, `shm_open`: accepted; descriptors are closed when another program is executed in any case. */
export const O_CLOEXEC = 0o2000000
