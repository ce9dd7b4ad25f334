import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['{schema,server,simulator}/**/*.test.ts', 'web/**/*.unit.test.ts'],
    globalSetup: ['server/test/global-setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    // How long a poll may take on a busy machine.
    expect: { poll: { timeout: 20_000 } },
    reporters: ['default', ['json', { outputFile: process.env['TEST_REPORT'] ?? 'test-results/unit.json' }]],
  },
})
