import test from 'ava'
import { backendCompliance } from '../src/compliance/index.js'
import { SimBackend } from '../src/index.js'

backendCompliance(test, 'sim', (kernels) => new SimBackend({ kernels }))
