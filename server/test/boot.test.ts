import { expect, test } from 'vitest'
import { startTestApp } from './app.ts'

test('a whole server starts on an empty database, answers, and stops', async () => {
  const server = await startTestApp()
  try {
    expect((await server.client.get('/nothing-here')).status).toBe(404)
  } finally {
    await server[Symbol.asyncDispose]()
  }
  await expect(server.client.get('/nothing-here')).rejects.toThrow()
})

test('a second server on the same database is refused another root key, and told which one is needed', async () => {
  await using server = await startTestApp()
  const other = startTestApp({ config: { databaseUrl: server.app.config.databaseUrl } })
  await expect(other).rejects.toThrow(new RegExp(`was sealed with ${server.app.keys.fingerprint}`))
})
