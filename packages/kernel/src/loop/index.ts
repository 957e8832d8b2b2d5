export { AdaptiveSpin } from './adaptive-spin.js'
export { nodeQueue, type HostQueue } from './host-queue.js'
export { KernelLoop, type KernelLoopOptions, type LoopMessenger, type LoopPulse } from './loop.js'
