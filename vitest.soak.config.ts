import { defineConfig } from 'vitest/config'

/** `npm run test:soak`: what takes too long for every day. */
export default defineConfig({
  test: {
    include: ['server/**/*.soak.ts'],
    globalSetup: ['server/test/global-setup.ts'],
    maxWorkers: 1,
    expect: { poll: { timeout: 20_000 } },
    hookTimeout: 120_000,
    disableConsoleIntercept: true,
  },
})
