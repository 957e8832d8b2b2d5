import test from 'ava'
import { backendCompliance } from '../src/compliance/index.js'
import { WorkersBackend } from '../src/index.js'

backendCompliance(test.serial, 'workers', (kernels) => new WorkersBackend({ kernels }))
