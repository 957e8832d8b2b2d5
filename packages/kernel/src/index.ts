/**
 * The Atoll kernel: frames and fibers, scheduler, threads and processes, waits, the value encoder.
 *
 * @packageDocumentation
 */
export { builtinCode, builtinCodeOf, readyFrame } from './frames/builtin.js'
export { SUSPENDED, UNINITIALIZED, type Code, type Frame, type Point } from './frames/frame.js'
export {
  ImageInstance,
  SURROUNDINGS,
  type ClosureTemplate,
  type ImageFactory,
  type ProgramImage,
} from './frames/image.js'
export { evaluate, instantiate, type Surroundings } from './frames/instantiate.js'
export { follow } from './frames/thenables.js'
export type { Turns } from './frames/generator-state.js'
export {
  registers,
  Registers,
  type Combinator,
  type CombinatorName,
  type Executor,
  type SafePoint,
} from './frames/registers.js'
export { frameLines, hasImagePlaces, imageFileName, mapStack, type ImageLookup } from './frames/stack-trace.js'
export { closureRecord, stamp, type ClosureRecord } from './frames/stamp.js'
export { Unwind } from './frames/unwind.js'

export { actOnCancellation, requestCancellation } from './cancellation/act.js'
export { cancellation } from './cancellation/protocol.js'
export {
  isDueAnywhere,
  needCancellation,
  PTHREAD_CANCELED,
  shield,
  takeHandler,
  testCancel,
  unwindCaller,
  type Cancellation,
  type CleanupHandler,
} from './cancellation/state.js'

export * from './errors.js'
export { RecentMap } from './recent-map.js'
export { posixErrorOf } from './posix-error-of.js'
export { errnoOf, PosixError, type ErrorCode } from './posix-error.js'
export * from './ports/index.js'
export { KernelLoop, type HostQueue, type KernelLoopOptions, type LoopMessenger, type LoopPulse } from './loop/index.js'
export { kernelInfo, nodesOf, type KernelInfo, type SystemMember } from './kernel-info.js'
export { Placement, type Candidate } from './placement.js'
export type { LoadBalancer } from './balancer.js'

export { Fiber, type FiberState } from './threads/fiber.js'
export { fiberOf, markHandled, settlementFor, settlePromise, type Settlement } from './threads/fiber-promise.js'
export { CountedFuel, ForcedFuel, SLICE_US, TimedFuel, type FuelPolicy } from './threads/fuel.js'
export { isHostWait } from './threads/combinators.js'
export { KernelExecutor, refuseInFiber } from './threads/executor.js'
export { Journeys, type Journey } from './threads/journeys.js'
export { run } from './threads/run.js'
export { RankedQueue, schedulingOf } from './threads/ranked-queue.js'
export { FifoQueue, type ReadyQueue } from './threads/ready-queue.js'
export {
  DEFAULT_SCHEDULING,
  isSchedulingPolicy,
  NICE,
  prioritiesOf,
  REALTIME_PRIORITIES,
  SchedulingPolicy,
  type SchedulingParameters,
} from './threads/scheduling.js'
export { Scheduler, type SchedulerEvents } from './threads/scheduler.js'
export { callDirectly, startFrame, type Routine } from './threads/start.js'
export type { Decided, Departure, MoveRefusal } from './threads/departure.js'
export { ThreadMap, type Numbered } from './threads/thread-map.js'
export { Thread, type SpecificValue, type ThreadExtras, type ThreadId } from './threads/thread.js'
export { Timer, Timers } from './threads/timers.js'

export { callingKernel, callingThread, standardCall, systemCall, type BlockingCall } from './system-call.js'
export type { ThreadGuard } from './threads/guard.js'
export type { MemoryService, ReleasableMemory } from './process/memory-service.js'
export type { SynchronizationService } from './process/synchronization-service.js'
export {
  nextWait,
  refusal,
  WaitHome,
  type WaitOutcome,
  type WaitRecord,
  type WaitReference,
  type WaitRequest,
} from './waits/home.js'
export { Outcome, waitReference, waits } from './waits/protocol.js'
export { block, waitCode, type WaitCode, type WaitDefinition, type WaitFrame } from './waits/wait-code.js'
export { homeWaitCode, Waiters, type HomeWaitDefinition } from './waits/waiters.js'

export { consoles } from './console/protocol.js'
export { KernelConsole } from './console/console.js'
export { ProgramOutput } from './console/program-output.js'
export { callOnce } from './once/call.js'
export { Holds } from './process/holds.js'
export { Pursuits, type Pursuit } from './process/pursuits.js'
export { OnceHome } from './once/home.js'
export { ONCE_CONTROLS_MAX, onceControl } from './once/controls.js'
export { once } from './once/protocol.js'
export { Externals } from './externals.js'
export { firstFrames, shareOutermost } from './process/finish.js'
export { ProcessHome, type Refusal, type Registration } from './process/home.js'
export type { ForkHandlers, NewThread, OriginProcess, ProcessEnd, ProcessStart } from './process/origin-process.js'
export { DESTRUCTOR_ITERATIONS, homeOfKey, Keys, KEYS_MAX, type Destructor } from './process/keys.js'
export { changeScheduling, readScheduling, type NiceChange, type SchedulingChange } from './process/scheduling-calls.js'
export { cpuOf, kernelOfCpu, Numbers, originOf } from './process/numbers.js'
export { processes } from './process/protocol.js'
export type { ThreadOutcome } from './process/thread-entry.js'
export type { SurroundingsHost } from './program/surroundings.js'
export { CpuSets } from './threads/cpu-sets.js'
export { ProcessReplica, type Loaded } from './process/replica.js'
export { ProcessReplicas, type Entered } from './process/replicas.js'
export { Kernel, type KernelParts, type ThreadMover } from './kernel.js'

export { traces } from './trace/protocol.js'
export { TraceService } from './trace/service.js'
export type { ProcessCalls } from './process/calls.js'
export type { ThreadEntry, Motion } from './process/thread-entry.js'
export type { PrivateAccess, PrivateState, PrivateStatics, PrivateStore } from './frames/private-state.js'
export type { GeneratorFunction } from './frames/generators.js'
export type { TraceSink } from './trace/sink.js'
export { Tracer, type Leaving } from './trace/tracer.js'

export { decodeForProcess, encodeForProcess } from './values/of-process.js'
export * from './values/index.js'
