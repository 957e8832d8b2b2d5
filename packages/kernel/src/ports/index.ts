export { Clock, HostClock, type CancelTimer } from './clock.js'
export { Random, SeededRandom } from './random.js'
export { LOG_LEVELS, Logger, StderrLogger, type LogDetails, type LogLevel, type StderrLoggerOptions } from './logger.js'
