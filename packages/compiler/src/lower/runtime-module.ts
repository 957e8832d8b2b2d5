/** What the modules of an image share: the exports of `image-runtime`, under this name. A file of its own, which loads nothing. */
export const RUNTIME_MODULE = 'atoll:runtime'
