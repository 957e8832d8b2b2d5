export type Unused = { nothing: true }
