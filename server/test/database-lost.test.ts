import { once } from 'node:events'
import { createServer, connect, type NetConnectOpts, type Server, type Socket } from 'node:net'
import { expect, test } from 'vitest'
import { startTestApp } from './app.ts'
import { openTestDatabase } from './database.ts'
import { asAdmin } from './people.ts'

test('while the database is away requests are told so, and are answered again when it is back', async () => {
  await using database = await openTestDatabase()
  const target = new URL(database.url)
  const host = decodeURIComponent(target.hostname)
  const port = Number(target.port === '' ? 5432 : target.port)
  const place = host.startsWith('/') ? { path: `${host}/.s.PGSQL.${port}` } : { host, port }
  await using relay = await openRelay(place)
  target.hostname = '127.0.0.1'
  target.port = String(relay.port)
  await using server = await startTestApp({ config: { databaseUrl: target.href } })
  const { client } = await asAdmin(server)
  expect((await client.get('/me')).status).toBe(200)

  await relay.cut()
  const away = await client.get('/me')
  expect(away).toMatchObject({ status: 503, body: { code: 'database-unavailable' } })
  expect(away.headers.get('retry-after')).toBe('5')
  expect((await client.get('/health')).status).toBe(200)
  expect((await client.get('/ready')).status).toBe(503)

  await relay.mend()
  await expect.poll(async () => (await client.get('/me')).status, { timeout: 20_000 }).toBe(200)
})

/** A loopback relay before the database, which can be cut and mended. */
async function openRelay(place: NetConnectOpts) {
  const sockets = new Set<Socket>()
  const listen = async (at: number): Promise<Server> => {
    const server = createServer((near) => {
      const far = connect(place)
      for (const socket of [near, far]) {
        sockets.add(socket)
        socket.on('error', () => {})
        socket.on('close', () => {
          near.destroy()
          far.destroy()
        })
      }
      near.pipe(far)
      far.pipe(near)
    })
    await once(server.listen(at, '127.0.0.1'), 'listening')
    return server
  }
  let server = await listen(0)
  const address = server.address()
  const at = typeof address === 'object' && address !== null ? address.port : 0
  const cut = async () => {
    const closed = once(server, 'close')
    server.close()
    for (const socket of sockets) socket.destroy()
    sockets.clear()
    await closed
  }
  return {
    port: at,
    cut,
    async mend() {
      server = await listen(at)
    },
    [Symbol.asyncDispose]: cut,
  }
}
