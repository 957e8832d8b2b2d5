export const helper = () => 1
export function thing() { return 2 }
export class Cls {}
