import 'reflect-metadata'
import { container } from 'tsyringe'
import { createHash } from 'node:crypto'
import { Backend, System, SimBackend, WorkersBackend } from '/work/main/packages/system/dist/src/index.js'
const code = `(function ($r, $i, require, module, exports, console, process) { module.exports.main = (argv, env) => { console.log('hello', argv, env); return 3 } })`
const image = { hash: createHash('sha256').update(code).digest('hex'), name: 'hello.ts', code, sourceMap: '{"version":3,"sources":[],"names":[],"mappings":""}' }
const which = process.argv[2]
container.register(Backend, { useValue: which === 'sim' ? new SimBackend({kernels: 2}) : new WorkersBackend({ kernels: 2 }) })
console.time('boot')
const system = await System.boot(container)
console.timeEnd('boot')
for (const e of ['process-started','process-exited','thread-started','thread-moved','kernel-died']) system.events.on(e, (x) => console.log(e, x))
const child = await system.spawn(image, { argv: ['a'], env: { X: '1' } })
child.stdout.pipe(process.stdout); child.stderr.pipe(process.stderr)
console.log(await child.wait())
await system.shutdown()
