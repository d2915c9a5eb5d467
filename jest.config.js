import { within } from './test/support/time-limits.ts';

// What tests the embedded engine itself starts engines of its own: once is enough, in the run without a named server.
const aboutTheEngine = ['<rootDir>/packages/', '<rootDir>/test/commands/embedded.test.ts'];

// What takes long and goes the same way on both is left to the run on a real server, so that the other stays short.
const thorough = [
  '<rootDir>/test/accounting/corruption.test.ts',
  '<rootDir>/test/quarantine/restore.test.ts',
  '<rootDir>/test/rehearsal/bad-input.test.ts',
  '<rootDir>/test/spec/functions/search-nearest.test.ts',
  '<rootDir>/test/spec/legacy/drift.test.ts',
  '<rootDir>/test/spec/legacy/resumed.test.ts',
  '<rootDir>/test/spec/legacy-api/',
];

export default {
  testMatch: ['<rootDir>/{test,packages/*/test}/**/*.test.ts'],
  testPathIgnorePatterns: process.env.DATABASE_URL ? aboutTheEngine : thorough,
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '\\.ts$': ['@swc/jest', { jsc: { target: 'es2024', parser: { syntax: 'typescript' } }, module: { type: 'es6' } }],
  },
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  // Most of a test's time is another process's: a worker for each core keeps them busy.
  maxWorkers: '100%',
  // Hooks have it too.
  testTimeout: within(60),
};
