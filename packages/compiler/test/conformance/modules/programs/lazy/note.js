export let note = await Promise.resolve('noted')
