/** Receivers that do what they should not: each ends in a clear state, within its time. */
import { once } from 'node:events'
import { createServer as createTlsServer } from 'node:https'
import { createServer, type Server, type Socket } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startTestApp, type TestApp } from './app.ts'
import { CERTIFICATE, KEY } from './certificates.ts'
import { attemptsOf, closeBreakers, draftTo, queue, until } from './delivering.ts'

let server: TestApp
const opened: { server: Server; sockets: Set<Socket> }[] = []

beforeAll(async () => {
  server = await startTestApp({ config: { egressAllow: '127.0.0.0/8, localhost' } })
})
afterAll(async () => {
  for (const far of opened) {
    for (const socket of far.sockets) socket.destroy()
    far.server.close()
  }
  await server[Symbol.asyncDispose]()
})
beforeEach(() => closeBreakers(server.app))

async function listen(far: Server): Promise<number> {
  const sockets = new Set<Socket>()
  far.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
  })
  opened.push({ server: far, sockets })
  far.listen(0, '127.0.0.1')
  await once(far, 'listening')
  const address = far.address()
  return address !== null && typeof address !== 'string' ? address.port : 0
}

/** A receiver that does this with every connection, once something was sent to it. */
function receiver(behave: (socket: Socket) => void): Promise<number> {
  return listen(createServer((socket) => socket.once('data', () => behave(socket))))
}

async function send(url: string, timeoutMs = 10_000) {
  const [id = ''] = await queue(server.app, draftTo(url, { timeoutMs }))
  const delivery = await until(server.app, id, ({ attempts }) => attempts > 0)
  const [attempt] = await attemptsOf(server.app, id)
  return { ...delivery, attempt }
}

function drip(socket: Socket, text: string): void {
  let sent = 0
  const timer = setInterval(() => void socket.write(text[sent++] ?? 'x'), 25)
  socket.on('close', () => clearInterval(timer))
}

test('one that never answers', async () => {
  const port = await receiver(() => {})
  const delivery = await send(`http://127.0.0.1:${port}/`, 1_000)
  expect(delivery).toMatchObject({ status: 'failed', code: 'timeout', attempt: { status: null, answer: null } })
  expect(delivery.attempt).toMatchObject({ address: '127.0.0.1', timing: { firstByteMs: null } })
})

test('one that drips its headers', async () => {
  const port = await receiver((socket) => drip(socket, 'HTTP/1.1 200 OK\r\nx: '))
  expect(await send(`http://127.0.0.1:${port}/`, 1_000)).toMatchObject({ status: 'failed', code: 'timeout' })
})

test('one that says 200 and drips the rest: it has accepted, and is not asked again', async () => {
  const port = await receiver((socket) => {
    socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n')
    drip(socket, 'x')
  })
  const delivery = await send(`http://127.0.0.1:${port}/`, 1_000)
  expect(delivery).toMatchObject({ status: 'sent', attempt: { status: 200, answer: { isCut: true } } })
})

test('one that sends a gigabyte: what is kept is read, and the connection is cut', async () => {
  let sent = 0
  const closed = Promise.withResolvers<void>()
  const port = await receiver((socket) => {
    socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1073741824\r\n\r\n')
    const chunk = Buffer.alloc(65_536, 'x')
    const pour = (): void => {
      if (socket.destroyed) return
      sent += chunk.length
      if (socket.write(chunk)) setImmediate(pour)
      else socket.once('drain', pour)
    }
    socket.on('close', () => closed.resolve())
    pour()
  })
  const delivery = await send(`http://127.0.0.1:${port}/`, 20_000)
  expect(delivery).toMatchObject({ status: 'sent', attempt: { answer: { isCut: true } } })
  await closed.promise
  expect(sent).toBeLessThan(64 * 1024 * 1024)
})

test('one that resets the connection', async () => {
  const port = await receiver((socket) => socket.resetAndDestroy())
  expect(await send(`http://127.0.0.1:${port}/`)).toMatchObject({ status: 'failed', code: 'reset' })
})

test('one that resets in the middle of a refusal: the status counts', async () => {
  const port = await receiver((socket) =>
    socket.write('HTTP/1.1 500 Oh no\r\ncontent-length: 1000\r\n\r\nbroken', () =>
      setTimeout(() => socket.resetAndDestroy(), 50),
    ),
  )
  const delivery = await send(`http://127.0.0.1:${port}/`)
  expect(delivery).toMatchObject({ status: 'failed', code: 'status-500', attempt: { answer: { isCut: true } } })
})

test('one that speaks no HTTP', async () => {
  const port = await receiver((socket) => socket.end('SSH-2.0-OpenSSH_9.2p1\r\n'))
  expect(await send(`http://127.0.0.1:${port}/`)).toMatchObject({ status: 'failed', code: 'bad-response' })
})

test('one that sends headers without end', async () => {
  const port = await receiver((socket) => socket.write(`HTTP/1.1 200 OK\r\n${'x-more: 1234567890\r\n'.repeat(5_000)}`))
  expect(await send(`http://127.0.0.1:${port}/`)).toMatchObject({ status: 'failed', code: 'headers-too-large' })
})

test('one whose certificate proves nothing: it is sent nothing', async () => {
  const asked: string[] = []
  const far = createTlsServer({ key: KEY, cert: CERTIFICATE }, (request, response) => {
    asked.push(request.url ?? '')
    response.end()
  })
  const delivery = await send(`https://localhost:${await listen(far)}/`, 5_000)
  expect(delivery).toMatchObject({ status: 'failed', code: 'tls-failed' })
  expect(asked).toEqual([])
})

test('one that is not there', async () => {
  const port = await receiver(() => {})
  opened.at(-1)?.server.close()
  const delivery = await send(`http://127.0.0.1:${port}/`)
  expect(delivery).toMatchObject({ status: 'failed', code: 'connect-refused', attempt: { answer: null } })
})
