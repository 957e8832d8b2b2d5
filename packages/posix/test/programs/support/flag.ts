import { nanosleep, pthread_getname_np, pthread_setname_np, sched_yield, type pthread_t } from '@atoll/posix'

/** A thread's name is state that all threads of the process see: here it serves as a flag. */
export async function raise(thread: pthread_t, flag: string): Promise<void> {
  await pthread_setname_np(thread, flag)
}

/** Runs until the thread has this name. */
export async function awaitFlag(thread: pthread_t, flag: string): Promise<void> {
  for (let polls = 0; (await pthread_getname_np(thread)) !== flag; polls++) {
    if (polls < 100) await sched_yield()
    else await nanosleep(1) // whoever raises it may need this core
  }
}
