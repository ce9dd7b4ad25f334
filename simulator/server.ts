import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { finishListing, gatewayError, html, json, Refusal, v2NotFound, type Answer } from './answer.ts'
import { authenticate, checkScope } from './auth.ts'
import { bendListing, faultAnswer, shortPageRows, strike, type SetFault } from './faults.ts'
import { endEntry, startEntry, type RequestLog } from './log.ts'
import { findRoute, type Found, type RouteTable } from './route-table.ts'
import { deliver } from './deliver.ts'
import type { User } from './users.ts'
import { siteNow, type Site } from './world/site.ts'

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

type Ask = { method: string; path: string; viaGateway: boolean; wrongCloud: boolean }

async function serve(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const ask = readAsk(state.site, request)
  const body = await readBody(request)
  if (ask.path.startsWith('/__control/'))
    return deliver(response, state.control({ method: ask.method, path: ask.path, body }), undefined)
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
    user,
    ms: Date.now() - began,
    viaGateway: ask.viaGateway,
    ...(fault === undefined ? {} : { fault: fault.kind }),
  })
  deliver(response, withDate(state.site, answer), fault)
}

type Material = { request: IncomingMessage; body: Buffer; fault: SetFault | undefined; found: Found | undefined }

function answerTo(state: State, ask: Ask, { request, body, fault, found }: Material): { answer: Answer; user: string } {
  const faulty = fault === undefined ? undefined : faultAnswer(fault, ask.path)
  if (faulty !== undefined) return { answer: faulty, user: '' }
  if (pathOnly(ask.path) === '/_edge/tenant_info')
    return { answer: json(200, { cloudId: state.site.cloudId }), user: '' }
  if (ask.wrongCloud) return { answer: gatewayError(404, 'No message available'), user: '' }
  if (!/^\/wiki\/(api|rest|download)\//.test(ask.path)) return { answer: html(404, notAnApi), user: '' }
  let user: User | undefined
  try {
    user = authenticate(state.users, request.headers, ask)
    if (found === undefined) throw new Refusal(unknownPath(ask.path))
    checkScope(user, found.route.scopes)
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
    return { answer: 'rows' in made ? finishListing(bendListing(fault, made, query)) : made, user: user.email }
  } catch (error) {
    if (error instanceof Refusal) return { answer: error.answer, user: user?.email ?? '' }
    throw error
  }
}

function readAsk(site: Site, request: IncomingMessage): Ask {
  const method = request.method ?? 'GET'
  const path = request.url ?? '/'
  const gateway = /^\/ex\/confluence\/([^/]+)(\/.*)$/.exec(path)
  if (gateway === null) return { method, path, viaGateway: false, wrongCloud: false }
  return { method, path: gateway[2] ?? '/', viaGateway: true, wrongCloud: gateway[1] !== site.cloudId }
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

function unknownPath(path: string): Answer {
  if (path.startsWith('/wiki/api/v2')) return v2NotFound()
  return json(404, { statusCode: 404, message: `null for uri: ${pathOnly(path)}` })
}

function pathOnly(path: string): string {
  return path.split('?')[0] ?? path
}

function withDate(site: Site, answer: Answer): Answer {
  return {
    ...answer,
    headers: { date: new Date(siteNow(site)).toUTCString(), server: 'AtlassianEdge', ...answer.headers },
  }
}

const notAnApi =
  '<!doctype html><html lang="en"><head><title>Page not found</title></head><body><h1>Page not found</h1></body></html>'
