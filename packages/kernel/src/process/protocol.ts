import {
  bool,
  bytes,
  i32,
  list,
  message,
  optional,
  protocol,
  request,
  string,
  struct,
  u32,
  u64,
  u8,
} from '@atoll/messaging'
import { waitReference } from '../waits/protocol.js'

/** An error of the application API, on its way to the thread that made the call. */
const errorFields = { code: string, explanation: string }

/** Process-wide state, between a process's origin, the kernels that host its threads, and the supervisor. */
export const processes = protocol('processes', 3, {
  /** Supervisor to kernel: create a process of this image here, its main thread included. `failure`: why there is none after all. */
  spawn: request(
    1,
    {
      hash: string,
      name: string,
      code: string,
      sourceMap: string,
      sourceRoot: optional(string),
      argv: list(string),
      env: list(string),
      cpus: optional(list(u32)),
      /** As `watch` says: the lanes may overtake each other. */
      watched: bool,
      /** The built-in placement policy for its threads, by name; `''`: the kernel's own. */
      placement: string,
    },
    { pid: u32, failure: optional(string) },
    { priority: 'bulk' },
  ),
  /** Origin to supervisor: the process has ended. `signal` is 0 unless it was killed; `reason` is for people. */
  exited: message(2, { pid: u32, status: i32, signal: u8, reason: string }),
  /** Origin to supervisor, if it watches: a thread has arrived on another kernel. */
  threadMoved: message(4, { pid: u32, tid: u32, from: u32, to: u32 }),
  /** Origin to supervisor, if it watches: a new thread is on this kernel. */
  threadStarted: message(6, { pid: u32, tid: u32, kernel: u32 }),
  /** Supervisor to kernel: report what threads of processes created here do (or no longer). */
  watch: message(5, { on: bool }),
  /** Supervisor to origin: end the process as if by SIGKILL. */
  kill: message(3, { pid: u32 }),

  /** Kernel to origin, before it hosts a thread of the process: what is its image, with what was it started? */
  enter: request(
    10,
    { pid: u32 },
    {
      exists: bool,
      hash: string,
      argv: list(string),
      env: list(string),
      /** As `niced` says it from now on. */
      nice: i32,
      /** May idle kernels take threads of it from loaded ones? */
      balanced: bool,
    },
  ),
  /** Kernel to origin: the program image of this hash. */
  image: request(
    11,
    { hash: string },
    { exists: bool, name: string, code: string, sourceMap: string, sourceRoot: optional(string) },
    {
      priority: 'bulk',
    },
  ),

  /** Creating kernel to origin: give a new thread a number and a place. Completes with [tid, kernel]. */
  register: message(20, {
    ...waitReference,
    pid: u32,
    cpus: optional(list(u32)),
    detached: bool,
    name: string,
  }),
  /** Creating kernel to origin: the thread of this number can't be sent, and never begins. */
  unregister: message(24, { pid: u32, tid: u32 }),
  /** Old kernel to origin: the thread is on its way to kernel `to`. `epoch`: how often it has moved, this move included; 0: it begins. */
  departed: message(21, { pid: u32, tid: u32, epoch: u32, to: u32 }),
  /** New kernel to origin: the thread is on the sender. */
  arrived: message(22, { pid: u32, tid: u32, epoch: u32 }),
  /**
   * Origin to the kernel that threads were on their way to when their `sender` died: reply once nothing of `sender` can come any more
   * and what came of this process has been reported as `arrived`.
   */
  arrivals: request(25, { pid: u32, sender: u32 }, {}),
  /** Hosting kernel to origin: the thread has ended; `result` is its encoded value, or error if `thrown` (and `explanation` that error in words). */
  ended: message(23, { pid: u32, tid: u32, thrown: bool, result: bytes, explanation: string }),

  /** Completes with the result of thread `target` once it has ended. */
  join: message(30, { ...waitReference, pid: u32, target: u32 }),
  /** Nobody will join `target`. */
  detach: message(32, { ...waitReference, pid: u32, target: u32 }),
  /** Completes with the CPUs that `target` may run on. */
  affinity: message(33, { ...waitReference, pid: u32, target: u32 }),
  /** Sets the CPUs that `target` may run on; completes once it is on one of them. */
  setAffinity: message(34, { ...waitReference, pid: u32, target: u32, cpus: list(u32) }),
  /** Hosting kernel to origin: the thread itself has changed the CPUs it may run on. `epoch`: how often it had moved then. */
  keeps: message(39, { pid: u32, tid: u32, epoch: u32, cpus: list(u32) }),
  /**
   * Origin to hosting kernel: keep the thread on these CPUs, and take it to one of them. `absent`: it is not there (any more).
   * `epoch`: how often it had moved when it was told.
   */
  relocate: request(
    35,
    { pid: u32, tid: u32, cpus: list(u32) },
    { absent: bool, epoch: u32, refusal: optional(struct(errorFields)) },
  ),
  /** Origin to every kernel that entered: thread `tid`, if it is there or when it comes, goes nowhere until `release`. */
  hold: request(26, { pid: u32, tid: u32 }, {}),
  /** Origin to kernel: what the thread was held for is here, if it is. */
  release: message(27, { pid: u32, tid: u32 }),
  /** Completes with the name of `target`. */
  name: message(37, { ...waitReference, pid: u32, target: u32 }),
  /** Names `target`. */
  setName: message(38, { ...waitReference, pid: u32, target: u32, name: string }),

  /**
   * Completes with the policy and priority that `target` had, and gives it these: a priority alone keeps the policy, neither only asks. What
   * they are travels with the thread.
   */
  scheduling: message(60, { ...waitReference, pid: u32, target: u32, policy: optional(u8), priority: optional(u8) }),
  /** Origin to hosting kernel: do, and tell, what `scheduling` asks of this thread. `absent`: it is not there (any more). */
  reschedule: request(
    61,
    { pid: u32, tid: u32, policy: optional(u8), priority: optional(u8) },
    { absent: bool, policy: u8, priority: u8, refusal: optional(struct(errorFields)) },
  ),
  /** To the origin of process `target`: completes with its nice value, after a change to `change`, or by it if `relative`. */
  nice: message(62, { ...waitReference, pid: u32, target: u32, change: optional(i32), relative: bool }),
  /** Origin to every kernel that entered: the process's nice value is this from now on. */
  niced: request(63, { pid: u32, nice: i32 }, {}),

  /** Any kernel to origin: run this encoded handler when the process exits. */
  atExit: message(40, { ...waitReference, pid: u32, handler: bytes }),
  /** Any kernel to origin: keep these encoded handlers for `fork`. */
  atFork: message(49, {
    ...waitReference,
    pid: u32,
    prepare: optional(bytes),
    parent: optional(bytes),
    child: optional(bytes),
  }),
  /**
   * Exiting kernel to origin: completes with the exit handler registered last, taking it off the list; with `undefined` when there is none. The
   * first thread that asks is the one that ends the process; others wait until they are dropped.
   */
  nextExitHandler: message(41, { ...waitReference, pid: u32 }),
  /** Kernel to the one where a thread-specific key was made: completes with its destructor or `null`; `EINVAL`: not a key (any more). */
  destructor: message(45, { ...waitReference, pid: u32, key: u64 }),
  /** Kernel to the one where a thread-specific key was made: it is not in use any more. */
  deleteKey: message(47, { pid: u32, key: u64 }),
  /** Any kernel to origin: a host callback has called `exit`; have a thread run the exit handlers and end the process. */
  exitFromCallback: message(48, { pid: u32, status: u32 }),
  /** Any kernel to origin: the process ends with this status. */
  exit: message(42, { pid: u32, status: i32 }),
  /** Any kernel to origin: a thread's error that nobody will see ends the process. */
  crash: message(43, { pid: u32, explanation: string }),
  /** Origin to every kernel that entered: drop the process's threads. */
  terminate: request(46, { pid: u32 }, {}),
})
