import 'reflect-metadata'
import { text } from 'node:stream/consumers'
import { container as root } from 'tsyringe'
import { Backend } from '../backend.js'
import type { Child } from '../child.js'
import { InvalidBackendError, NoSuchKernelError, SpawnError, SystemDownError } from '../errors.js'
import { System, type SpawnOptions } from '../system.js'
import { programImage } from './program.js'

/** What the suite needs of a test's execution context; AVA's has it. */
export interface Assertions {
  /** They are the same value. */
  is(actual: unknown, expected: unknown): unknown
  /** They look alike. */
  deepEqual(actual: unknown, expected: unknown): unknown
  /** The text matches. */
  regex(actual: string, expected: RegExp): unknown
  /** The body's promise is rejected with an error of this class. */
  throwsAsync(body: () => Promise<unknown>, expected: { instanceOf: never }): Promise<unknown>
}

/** AVA's `test`, or something like it. */
export type Test = (title: string, body: (t: Assertions) => Promise<void>) => unknown

/** Makes the backend that is tested: afresh for each test, with so many kernels. */
export type MakeBackend = (kernels: number) => Backend

/**
 * Declares the tests that every backend passes.
 *
 * @param test AVA's `test`.
 * @param name The backend's, for titles.
 * @param make Must throw, or make a backend whose `start` throws, `InvalidBackendError` when it is asked for no kernels.
 */
export function backendCompliance(test: Test, name: string, make: MakeBackend): void {
  test(`${name} refuses to start no kernels`, async (t) => {
    await t.throwsAsync(() => bootOn(make, 0), thrown(InvalidBackendError))
  })

  test(`${name} starts kernels that join, numbered from 1`, async (t) => {
    await using system = await bootOn(make, 3)
    t.deepEqual(
      system.kernels().map(({ kernel, cpu }) => [kernel, cpu]),
      [
        [1, 0],
        [2, 1],
        [3, 2],
      ],
    )
    t.is(system.nodes().length > 0, true)
  })

  test(`${name} runs a program, gives it arguments and environment, and takes its output and status`, async (t) => {
    await using system = await bootOn(make, 2)
    const child = await start(system, 'hello', { argv: ['7', 'a', 'b c'], env: { GREETING: 'à la mode=1' } })
    const [stdout, stderr, result] = await Promise.all([text(child.stdout), text(child.stderr), child.wait()])
    t.is(stdout, 'to stdout: a b c\n')
    t.is(stderr, 'to stderr: à la mode=1\n')
    t.deepEqual(result, { status: 7, signal: null, reason: '' })
  })

  test(`${name} moves threads between kernels and reports it`, async (t) => {
    await using system = await bootOn(make, 3)
    let moves = 0
    const started: number[] = []
    system.events.on('thread-moved', () => moves++)
    system.events.on('thread-started', ({ kernel }) => started.push(kernel))
    const child = await start(system, 'walk')
    const [stdout, { status }] = await Promise.all([text(child.stdout), child.wait()])
    t.is(status, 0)
    t.is(stdout, '[0,1,2]\n[1,2,0]\n[2,0,1]\n')
    t.is(moves, 6)
    t.deepEqual(started.sort(), [1, 1, 2, 3])
  })

  test(`${name} keeps lines in the order of cause and effect across kernels`, async (t) => {
    await using system = await bootOn(make, 3)
    const child = await start(system, 'relay')
    child.stderr.resume()
    const lines = (await text(child.stdout)).trim().split('\n').map(Number)
    t.deepEqual(
      lines,
      Array.from({ length: 120 }, (_, number) => number),
    )
  })

  test(`${name} says why a program can't be started`, async (t) => {
    await using system = await bootOn(make, 1)
    await t.throwsAsync(() => start(system, 'throw-early'), thrown(SpawnError))
    await t.throwsAsync(() => start(system, 'hello', { cpus: [17] }), thrown(SpawnError))
  })

  test(`${name} ends a process whose thread was on a kernel that dies, and no other`, async (t) => {
    await using system = await bootOn(make, 3)
    const deaths: number[] = []
    system.events.on('kernel-died', ({ kernel }) => deaths.push(kernel))
    const victim = await start(system, 'linger', { argv: ['1'], cpus: [0] })
    await line(victim, 'on CPU 1')
    const other = await start(system, 'steps', { argv: ['1000'], cpus: [2] })
    await system.killKernel(2)
    const { signal, reason } = await victim.wait()
    t.is(signal, 'SIGKILL')
    t.regex(reason, /kernel 2/)
    t.is((await other.wait()).status, 0)
    t.deepEqual(deaths, [2])
    t.deepEqual(
      system.kernels().map(({ kernel }) => kernel),
      [1, 3],
    )
    await t.throwsAsync(() => system.killKernel(2), thrown(NoSuchKernelError))
    await t.throwsAsync(() => start(system, 'hello', { cpus: [1] }), thrown(SpawnError))
  })

  test(`${name} ends a process whose origin dies`, async (t) => {
    await using system = await bootOn(make, 2)
    const child = await start(system, 'linger', { argv: ['1'], cpus: [0] })
    await line(child, 'on CPU 1')
    await system.killKernel(1)
    const { signal, reason } = await child.wait()
    t.is(signal, 'SIGKILL')
    t.regex(reason, /kernel 1/)
    const next = await start(system, 'steps', { argv: ['10'] })
    t.is((await next.wait()).status, 0)
  })

  test(`${name} ends a process that is killed from outside`, async (t) => {
    await using system = await bootOn(make, 2)
    const child = await start(system, 'linger', { argv: ['0', '1'] })
    await line(child, 'at work')
    child.kill()
    t.is((await child.wait()).signal, 'SIGKILL')
    child.kill()
  })

  test(`${name} ends what runs when it is shut down`, async (t) => {
    const system = await bootOn(make, 2)
    const child = await start(system, 'linger', { argv: ['0', '1'] })
    await line(child, 'at work')
    const ended = child.wait()
    await system.shutdown()
    t.is((await ended).signal, 'SIGKILL')
    await system.shutdown()
    await t.throwsAsync(() => start(system, 'hello'), thrown(SystemDownError))
  })
}

async function bootOn(make: MakeBackend, kernels: number): Promise<System> {
  const container = root.createChildContainer()
  container.register(Backend, { useValue: make(kernels) })
  return System.boot(container)
}

async function start(system: System, program: string, options: SpawnOptions = {}): Promise<Child> {
  return system.spawn(await programImage(program), options)
}

/** Waits for a line on a child's standard output; what comes later is dropped. */
function line(child: Child, expected: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString()
      if (output.includes(`${expected}\n`)) resolve()
    })
    child.stdout.on('end', () => {
      reject(new Error(`the program ended before it printed '${expected}', having printed ${JSON.stringify(output)}`))
    })
  })
}

/** AVA types expected classes by their constructors' arguments, which differ. */
const thrown = (instanceOf: unknown): { instanceOf: never } => ({ instanceOf: instanceOf as never })
