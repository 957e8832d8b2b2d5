/** The one of `sizes` called `name`; throws a `RangeError` that lists the known ones. */
export function chooseSize<S extends { readonly name: string }>(sizes: readonly S[], name: string): S {
  const size = sizes.find((candidate) => candidate.name === name)
  if (size) return size
  throw new RangeError(`unknown class '${name}': choose one of ${sizes.map((known) => known.name).join(', ')}`)
}
