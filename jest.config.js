const common = {
  runtime: '<rootDir>/test/support/native-runtime.ts',
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2024',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
        },
        module: { type: 'es6' },
      },
    ],
  },
  setupFilesAfterEnv: ['<rootDir>/test/support/hash-cost.ts'],
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
};

/** @type {import('jest').Config} */
export default {
  projects: [
    {
      ...common,
      displayName: 'stories',
      testMatch: ['<rootDir>/{src,test}/**/*.spec.ts', '<rootDir>/test/**/*.e2e-spec.ts'],
      testPathIgnorePatterns: ['\\.process\\.'],
      globalSetup: '<rootDir>/test/support/global-setup.ts',
    },
    {
      ...common,
      displayName: 'processes',
      testMatch: ['<rootDir>/test/**/*.process.e2e-spec.ts'],
      // Builds the service, too.
      globalSetup: '<rootDir>/test/support/process-setup.ts',
    },
  ],
  testTimeout: 30_000,
  collectCoverageFrom: ['<rootDir>/src/**/*.ts', '!**/*.spec.ts'],
  // Some stories wait for a mail server or for a process, so three workers keep two cores busy.
  maxWorkers: 3,
  // Releasing the memory of a worker takes about a second. By default, Jest reports it as a leak after half a second.
  workerGracefulExitTimeout: 10_000,
};
