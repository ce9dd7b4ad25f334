// The HTTP server: what every request passes, which doors there are, where the pages lie.
import { createAdaptorServer } from '@hono/node-server'
import { OpenAPIHono } from '@hono/zod-openapi'
import { bodyLimit } from 'hono/body-limit'
import { methodNotAllowed } from 'hono/method-not-allowed'
import { once } from 'node:events'
import type { Server } from 'node:http'
import type { App } from '#server/app.ts'
import { Problem } from '#server/platform/problem.ts'
import { openDoor, type Door, type DoorEnv } from './door.ts'
import { recogniseCaller } from './caller.ts'
import { checkHost, checkOrigin, dressAnswers } from './guards.ts'
import { apiKeyDoors } from './api-keys.ts'
import { auditDoors } from './audit.ts'
import { catalogDoors } from './catalog.ts'
import { credentialAccessDoors } from './credential-access.ts'
import { credentialTransferDoors } from './credential-transfer.ts'
import { credentialDoors } from './credentials.ts'
import { deliveryDoors } from './deliveries.ts'
import { documentFileDoors } from './document-files.ts'
import { documentWriteDoors } from './document-writes.ts'
import { documentPartDoors } from './document-parts.ts'
import { documentDoors } from './documents.ts'
import { groupDoors } from './groups.ts'
import { integrationDoors } from './integrations.ts'
import { mountMetrics } from './metrics.ts'
import { mountDescription } from './openapi.ts'
import { notificationDoors } from './notifications.ts'
import { pageStatusDoors } from './page-status.ts'
import { proposalDoors } from './proposals.ts'
import { readAccessDoors } from './read-access.ts'
import { runDoors } from './runs.ts'
import { scopeDoors } from './scopes.ts'
import { searchDoors } from './search.ts'
import { sessionDoors } from './sessions.ts'
import { spaceDoors } from './spaces.ts'
import { syncTrustDoors } from './sync-trust.ts'
import { systemDoors } from './system.ts'
import { userDoors } from './users.ts'
import { workflowRunDoors } from './workflow-runs.ts'
import { workflowDoors } from './workflows.ts'
import { render, renderErrors } from './render-problem.ts'
import { mountWebPages } from './web-pages.ts'

const API = '/api/v1'
const MAX_BODY_BYTES = 1_000_000
/** Five million characters, as the schema allows, with what JSON makes of them. */
const MAX_DOCUMENT_BYTES = 12_000_000

/** Everything that is served, without a socket. */
export function buildHttp(app: App): OpenAPIHono<DoorEnv> {
  const http = new OpenAPIHono<DoorEnv>()
  http.onError(renderErrors(app.log))
  http.notFound((c) =>
    render(new Problem(404, 'no-such-address', `There is nothing at ${c.req.method} ${c.req.path}.`)),
  )
  http.use(dressAnswers(app.config), checkHost(app.config), checkOrigin(app.config))
  http.use('/api/*', limitBody, recogniseCaller(app))
  http.use('/metrics', recogniseCaller(app))
  mountMetrics(http, app)
  const { api, page } = buildApi(app)
  http.route(API, api)
  http.get('/api/docs', (c) => c.html(page(c)))
  http.all('/api', (c) => c.notFound())
  http.all('/api/*', (c) => c.notFound())
  mountWebPages(http)
  return http
}

function buildApi(app: App) {
  const api = openDoor()
  api.use(methodNotAllowed({ app: api, onMethodNotAllowed: (c, methods) => refuseMethod(c.req.method, methods) }))
  for (const door of doors(app)) api.route('/', door)
  return { api, ...mountDescription(api, API) }
}

/** One line for each file of doors. */
function doors(app: App): Door[] {
  return [
    sessionDoors(app),
    apiKeyDoors(app),
    userDoors(app),
    groupDoors(app),
    spaceDoors(app),
    catalogDoors(app),
    credentialDoors(app),
    credentialAccessDoors(app),
    credentialTransferDoors(app),
    integrationDoors(app),
    runDoors(app),
    documentDoors(app),
    documentPartDoors(app),
    documentWriteDoors(app),
    documentFileDoors(app),
    proposalDoors(app),
    readAccessDoors(app),
    pageStatusDoors(app),
    searchDoors(app),
    scopeDoors(app),
    notificationDoors(app),
    deliveryDoors(app),
    auditDoors(app),
    syncTrustDoors(app),
    systemDoors(app),
    workflowDoors(app),
    workflowRunDoors(app),
  ]
}

/** Listens on the configured host and port; the url names the port really taken. */
export async function serveHttp(app: App): Promise<{ url: string; close(): Promise<void> }> {
  const http = buildHttp(app)
  const server = createAdaptorServer({ fetch: http.fetch })
  server.listen(app.config.port, app.config.host)
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : app.config.port
  const host = app.config.host.includes(':') ? `[${app.config.host}]` : app.config.host
  return { url: `http://${host}:${port}`, close: () => closeServer(server) }
}

/** Finishes what is being answered; after five seconds what still streams is cut. */
async function closeServer(server: ReturnType<typeof createAdaptorServer>): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  if (isHttp1(server)) {
    server.closeIdleConnections()
    const cut = setTimeout(() => server.closeAllConnections(), 5000)
    await closed
    clearTimeout(cut)
    return
  }
  await closed
}

function isHttp1(server: ReturnType<typeof createAdaptorServer>): server is Server {
  return 'closeAllConnections' in server
}

const smallBody = bodyLimit({ maxSize: MAX_BODY_BYTES, onError: () => tooLarge(MAX_BODY_BYTES) })
const documentBody = bodyLimit({ maxSize: MAX_DOCUMENT_BYTES, onError: () => tooLarge(MAX_DOCUMENT_BYTES) })

const limitBody: typeof smallBody = (c, next) => {
  // Their doors read nothing before they know who is there, and have limits of their own.
  if (c.req.method === 'POST' && /^\/api\/v1\/documents\/[^/]+\/attachments$/.test(c.req.path)) return next()
  if (c.req.path.startsWith(`${API}/documents`)) return documentBody(c, next)
  if (/^\/api\/v1\/proposals\/[^/]+\/approve$/.test(c.req.path)) return documentBody(c, next)
  if (/^\/api\/v1\/scopes\/[^/]+\/import$/.test(c.req.path)) return next()
  return smallBody(c, next)
}

function tooLarge(bytes: number): never {
  throw new Problem(413, 'too-large', `The body is larger than the ${bytes / 1_000_000} MB this address takes.`)
}

function refuseMethod(method: string, allowed: string[]): Response {
  const detail = `This address does not take ${method}. It takes ${allowed.join(', ')}.`
  const answer = render(new Problem(405, 'method-not-allowed', detail))
  answer.headers.set('allow', allowed.join(', '))
  return answer
}
