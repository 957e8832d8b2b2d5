/**
 * The `atoll` command.
 *
 * ```sh
 * atoll run app.ts --backend workers --kernels 2
 * ```
 *
 * @packageDocumentation
 */
export { main } from './main.js'
