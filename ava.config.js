export default {
  files: [
    '.ci/**/*.test.js',
    'packages/*/dist/test/**/*.test.js',
    'samples/dist/test/**/*.test.js',
    'benchmarks/dist/test/**/*.test.js',
  ],
  concurrency: 2,
  timeout: '120s',
  workerThreads: false,
}
