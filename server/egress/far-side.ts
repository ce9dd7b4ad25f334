// Far sides on loopback for the guard's tests: servers that behave, misbehave and are cut off.
import { once } from 'node:events'
import { createServer, type RequestListener, type ServerResponse } from 'node:http'
import { createServer as createSocketServer, type Server, type Socket } from 'node:net'
import { Readable } from 'node:stream'
import { openEgress, type Egress, type EgressOptions } from './fetch.ts'
import { parseEgressAllow } from './guard.ts'

export type FarSide = { url: string; port: number; server: Server; sockets: () => number; fetch: Egress }

const opened: (() => Promise<void>)[] = []

/** Closes every server and fetch that the test opened. */
export async function closeFarSides(): Promise<void> {
  for (const close of opened.splice(0).toReversed()) await close()
}

/** An HTTP server on loopback and a guarded fetch that may call it and nothing else. */
export function farSide(handler: RequestListener, options: Partial<EgressOptions> = {}): Promise<FarSide> {
  return openSide(createServer({ keepAliveTimeout: 0 }, handler), options)
}

/** The same with a server that speaks whatever it likes. */
export function rawSide(onSocket: (socket: Socket) => void): Promise<FarSide> {
  return openSide(createSocketServer(onSocket), {})
}

/** A server of the test's own, on loopback, and a guarded fetch that may call it. */
export async function openSide(server: Server, options: Partial<EgressOptions>): Promise<FarSide> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    // Being cut off is what these tests are about.
    socket.on('error', () => {})
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const port = portOf(server)
  const fetch = openEgress({ rules: { allow: parseEgressAllow(`127.0.0.1:${port}`), ownOrigins: [] }, ...options })
  opened.push(async () => {
    for (const socket of sockets) socket.destroy()
    if (server.listening) await new Promise<void>((resolve) => server.close(() => resolve()))
  })
  opened.push(async () => fetch[Symbol.asyncDispose]())
  return { url: `http://127.0.0.1:${port}`, port, server, sockets: () => sockets.size, fetch }
}

/** Sends 100 MB as fast as they are taken. */
export function fill(response: ServerResponse): void {
  Readable.from(chunks()).pipe(response)
}

/** The next connection to a server. */
export function firstSocket(server: Server): Promise<Socket> {
  return new Promise((resolve) => server.once('connection', resolve))
}

/** Settles when the connection is gone, by an orderly end or not. */
export function closing(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.destroyed) resolve()
    else socket.once('close', () => resolve())
  })
}

export async function textOf(body: ReadableStream<Uint8Array> | null): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of body ?? []) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

/** The error a promise ends with; one that succeeds fails the test. */
export async function failed(promise: Promise<unknown>): Promise<unknown> {
  const error: unknown = await promise.then(
    () => undefined,
    (error: unknown) => error,
  )
  if (error === undefined) throw new Error('the call was expected to fail')
  return error
}

function portOf(server: Server): number {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server does not listen')
  return address.port
}

function* chunks(): Generator<Buffer> {
  for (let sent = 0; sent < 1000; sent += 1) yield Buffer.alloc(100_000)
}
