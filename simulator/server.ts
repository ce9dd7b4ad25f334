import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { finishListing, Refusal, type Answer } from './answer.ts'
import { bendListing, faultAnswer, shortPageRows, strike, type SetFault } from './faults.ts'
import type { Dc } from './dc/settings.ts'
import type { Ask, Front } from './front.ts'
import { endEntry, startEntry, type RequestLog } from './log.ts'
import { findRoute, type Found, type RouteTable } from './route-table.ts'
import { deliver } from './deliver.ts'
import type { User } from './users.ts'
import type { Site } from './world/site.ts'

/** What the listener works with; the control changes it behind the clients' backs. */
export type State = {
  site: Site
  users: User[]
  faults: SetFault[]
  log: RequestLog
  latencyMs: number
  searchLagMs: number
  origin: string
  mediaOrigin: string
  routes: RouteTable
  front: Front
  /** Of a Data Center alone. */
  dc: Dc | undefined
  control: (request: { method: string; path: string; body: Buffer }) => Answer
}

const maxBodyBytes = 30 * 1024 * 1024

export function siteServer(state: State): Server {
  const server = createServer((request, response) => {
    // A fault of the simulator's own: it must not pass for one that a test has set.
    serve(state, request, response).catch((error: unknown) => {
      console.error('simulator:', error)
      response.destroy()
    })
  })
  // Longer than clients keep idle connections: a reused one is never just being closed.
  server.keepAliveTimeout = 65_000
  return server
}

async function serve(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await readBody(request)
  const { method = 'GET', url = '/' } = request
  if (url.startsWith('/__control/')) return deliver(response, state.control({ method, path: url, body }), undefined)
  const ask = state.front.read(request)
  const began = Date.now()
  startEntry(state.log)
  if (state.latencyMs > 0) await wait(state.latencyMs)
  const fault = strike(state.faults, ask.method, ask.path)
  const found = findRoute(state.routes, ask.method, pathOnly(ask.path))
  const { answer, user } = answerTo(state, ask, { request, body, fault, found })
  endEntry(state.log, {
    at: began,
    method: ask.method,
    path: ask.path,
    pattern: found === undefined ? `${ask.method} ${pathOnly(ask.path)}` : `${ask.method} ${found.route.pattern}`,
    status: answer.status,
    user: user?.email ?? '',
    ms: Date.now() - began,
    viaGateway: ask.viaGateway,
    ...(fault === undefined ? {} : { fault: fault.kind }),
  })
  deliver(response, state.front.finish(answer, user), fault)
}

type Material = { request: IncomingMessage; body: Buffer; fault: SetFault | undefined; found: Found | undefined }

type Outcome = { answer: Answer; user: User | undefined }

function answerTo(state: State, ask: Ask, { request, body, fault, found }: Material): Outcome {
  const { front } = state
  const early =
    (fault === undefined ? undefined : faultAnswer(fault, ask.path, front.forms)) ?? front.early(ask, request.headers)
  if (early !== undefined) return { answer: early, user: undefined }
  let user: User | undefined
  try {
    user = front.admit(ask, request.headers, found?.route)
    if (found === undefined) throw new Refusal(front.unknownPath(ask))
    const query = new URLSearchParams(ask.path.split('?')[1] ?? '')
    const rowCap = fault?.kind === 'short-page' ? shortPageRows : undefined
    const { site, origin, mediaOrigin, searchLagMs } = state
    const made = found.route.handle({
      site,
      user,
      method: ask.method,
      path: ask.path,
      params: found.params,
      query,
      headers: request.headers,
      body,
      origin,
      mediaOrigin,
      searchLagMs,
      rowCap,
    })
    return { answer: 'rows' in made ? finishListing(bendListing(fault, made, query)) : made, user }
  } catch (error) {
    if (error instanceof Refusal) return { answer: error.answer, user }
    throw error
  }
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  if (request.method === 'GET' || request.method === 'HEAD') return Buffer.alloc(0)
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) continue
    size += chunk.length
    if (size > maxBodyBytes) throw new Error(`A request body is larger than ${maxBodyBytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function pathOnly(path: string): string {
  return path.split('?')[0] ?? path
}
