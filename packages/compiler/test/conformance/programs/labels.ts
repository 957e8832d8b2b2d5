type Log = (...values: unknown[]) => void

const tick = async <T>(value: T): Promise<T> => value

export async function main(log: Log): Promise<void> {
  outer: for (let i = 0; i < 4; i++) {
    inner: for (let j = 0; j < 4; j++) {
      if (j === 2) continue outer
      if (i === 2) break outer
      if ((await tick(i + j)) === 1) continue inner
      log(i, j)
    }
  }
  block: {
    log('in block')
    if (await tick(true)) break block
    log('not reached')
  }
  nested: {
    inner: {
      if (await tick(true)) break nested
      break inner
    }
    log('not reached')
  }
  a: for (const x of [1, 2, 3]) {
    if (x === 1) continue a
    if (await tick(x === 2)) continue a
    log('x', x)
  }
  conditional: if (await tick(true)) {
    log('labelled if')
    if (await tick(1)) break conditional
    log('not reached')
  }
  loop: while (true) {
    do {
      switch (await tick(3)) {
        case 3:
          break loop
        default:
          continue loop
      }
    } while (await tick(false))
  }
  attempt: try {
    log('try')
    if (await tick(true)) break attempt
    log('not reached')
  } finally {
    log('finally', await tick('of break'))
  }
  outerLoop: for (const i of [0, 1, 2]) {
    try {
      for (const j of [0, 1, 2]) {
        try {
          if (j === 1) continue outerLoop
          if (i === 1) break outerLoop
          log(i, await tick(j))
        } finally {
          log('inner finally', await tick(i), j)
        }
      }
    } finally {
      log('outer finally', await tick(i))
    }
  }
  leavesItself: break leavesItself
  outerLabel: innerLabel: break outerLabel
  log('end')
}
