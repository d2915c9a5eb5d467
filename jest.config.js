// What tests the embedded engine itself starts engines of its own: once is enough, in the run without a named server.
const aboutTheEngine = ['<rootDir>/test/database/embedded/', '<rootDir>/test/commands/embedded.test.ts'];

export default {
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  testPathIgnorePatterns: process.env.DATABASE_URL ? aboutTheEngine : [],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '\\.ts$': ['@swc/jest', { jsc: { target: 'es2024', parser: { syntax: 'typescript' } }, module: { type: 'es6' } }],
  },
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  // Most of a test's time is another process's: a worker for each core keeps them busy.
  maxWorkers: '100%',
  testTimeout: 60_000,
};
