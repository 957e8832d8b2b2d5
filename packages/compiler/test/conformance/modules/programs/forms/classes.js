const base = await class {
  value = 'of the base'
}
export default class extends base {}
export class Named extends base {
  static made = Named.name + '!'
  #self = 'private'
  self() {
    return this.#self
  }
}
const Expression = class {}
log(Expression.name, (await class {}).name, Named.made)
export function fails() {
  try {
    new Expression.Nothing()
  } catch (error) {
    return error.name
  }
}
