const held = await { [Symbol.iterator]: () => ({ next: () => ({ done: false }), return: () => (log('closed'), {}) }) }
for (const item of held) {
  await item
  break
}
