/**
 * Iterations in progress that are data, so that they can move between two turns.
 */

/** The image's marker; a step at the end of an iteration gives it. */
declare const $U: unique symbol

/** The image's instance, which knows classes by name. */
declare const $i: { names(prefix: string, getters: Readonly<Record<string, () => unknown>>): void }

export type CollectionMethod = 'entries' | 'keys' | 'values'

/** Iteration of an array by one of its methods. */
export class $Elements {
  readonly array: ArrayLike<unknown>
  readonly method: CollectionMethod
  index = 0
  constructor(array: ArrayLike<unknown>, method: CollectionMethod) {
    this.array = array
    this.method = method
  }
  step(): unknown {
    if (this.index >= this.array.length) return $U
    const index = this.index++
    if (this.method === 'keys') return index
    return this.method === 'values' ? this.array[index] : [index, this.array[index]]
  }
}

/** Iteration over a string's characters. */
export class $Characters {
  readonly text: string
  index = 0
  constructor(text: string) {
    this.text = text
  }
  step(): unknown {
    if (this.index >= this.text.length) return $U
    const character = String.fromCodePoint(this.text.codePointAt(this.index) as number)
    this.index += character.length
    return character
  }
}

export type Live = Map<unknown, unknown> | Set<unknown>

/**
 * Iteration over a `Map` or `Set`. It observes later changes because a native iterator does the walk; it moves as the
 * collection and the number of entries that are behind, and a new native iterator is put in that place.
 */
export class $Collection {
  readonly collection: Live
  readonly method: CollectionMethod
  #iterator: Iterator<unknown>
  constructor(collection: Live, method: CollectionMethod, behind: number) {
    this.collection = collection
    this.method = method
    this.#iterator = $Collection.#at(collection, method, behind)
  }
  static #at(collection: Live, method: CollectionMethod, behind: number): Iterator<unknown> {
    const iterator = collection[method]() as Iterator<unknown>
    for (let index = 0; index < behind; index++) iterator.next()
    return iterator
  }
  step(): unknown {
    const result: IteratorResult<unknown> = this.#iterator.next()
    return result.done ? $U : result.value
  }
  [Symbol.for('atoll.serialize')](): readonly unknown[] {
    let ahead = 0
    while (!this.#iterator.next().done) ahead++
    const behind = this.collection.size - ahead
    this.#iterator = $Collection.#at(this.collection, this.method, behind)
    return [this.collection, this.method, behind]
  }
  static [Symbol.for('atoll.deserialize')]([collection, method, behind]: [
    Live,
    CollectionMethod,
    number,
  ]): $Collection {
    return new $Collection(collection, method, behind)
  }
}

// Instances move, so their classes must have names.
$i.names('atoll:runtime', {
  $Elements: () => $Elements,
  $Characters: () => $Characters,
  $Collection: () => $Collection,
})
