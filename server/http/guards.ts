// What every request passes before a door: its host, where it was sent from, who sends it.
import { createMiddleware } from 'hono/factory'
import { isIP } from 'node:net'
import type { Config } from '#server/config.ts'
import { newId } from '#server/platform/ids.ts'
import { Problem } from '#server/platform/problem.ts'
import type { DoorEnv } from './door.ts'

/** Names the request (a client's own id is not trusted) and sets the headers that every answer carries. */
export function dressAnswers(config: Pick<Config, 'publicUrl'>) {
  const https = config.publicUrl.startsWith('https:')
  return createMiddleware<DoorEnv>(async (c, next) => {
    c.set('requestId', newId())
    await next()
    const { headers } = c.res
    headers.set('x-request-id', c.var.requestId)
    // A file brings a stricter one along.
    if (!headers.has('content-security-policy')) headers.set('content-security-policy', CONTENT_SECURITY_POLICY)
    headers.set('x-content-type-options', 'nosniff')
    headers.set('x-frame-options', 'DENY')
    headers.set('referrer-policy', 'same-origin')
    headers.set('cross-origin-opener-policy', 'same-origin')
    headers.set('cross-origin-resource-policy', 'same-origin')
    headers.set('permissions-policy', 'camera=(), microphone=(), geolocation=(), payment=(), usb=()')
    if (https) headers.set('strict-transport-security', 'max-age=31536000; includeSubDomains')
    if (c.req.path.startsWith('/api/') && !headers.has('cache-control')) headers.set('cache-control', 'no-store')
  })
}

// Mantine writes style elements, hence 'unsafe-inline' for styles alone.
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ')

const OPEN_TO_ANY_HOST = new Set(['/api/v1/health', '/api/v1/ready', '/metrics'])

/**
 * Refuses requests for a name that is not ours: a page elsewhere may point its own name at this machine (DNS rebinding).
 * The public URL's host, loopback names and plain addresses are ours. A request with an API key was not sent by a browser's page.
 */
export function checkHost(config: Pick<Config, 'publicUrl' | 'host'>) {
  const own = new Set([new URL(config.publicUrl).hostname, config.host, 'localhost'])
  return createMiddleware<DoorEnv>(async (c, next) => {
    const host = c.req.header('host') ?? ''
    const name = URL.parse(`http://${host}`)?.hostname ?? ''
    const bare = name.replace(/^\[|\]$/g, '')
    const ours = own.has(name) || isIP(bare) !== 0 || OPEN_TO_ANY_HOST.has(c.req.path)
    if (!ours && c.req.header('authorization') === undefined) {
      const detail = `This Lockkeeper does not answer as ${JSON.stringify(host.slice(0, 100))}. Set LOCKKEEPER_PUBLIC_URL to the address that browsers use.`
      throw new Problem(421, 'unknown-host', detail)
    }
    await next()
  })
}

/** Refuses a change that a page of another origin asks for: the session cookie serves our own pages only. */
export function checkOrigin(config: Pick<Config, 'publicUrl'>) {
  const publicOrigin = new URL(config.publicUrl).origin
  return createMiddleware<DoorEnv>(async (c, next) => {
    const reads = c.req.method === 'GET' || c.req.method === 'HEAD' || c.req.method === 'OPTIONS'
    if (!reads && c.req.header('authorization') === undefined) {
      const site = c.req.header('sec-fetch-site')
      const origin = c.req.header('origin')
      const sameHost = origin !== undefined && URL.parse(origin)?.host === c.req.header('host')
      const foreign = origin !== undefined && origin !== publicOrigin && !sameHost
      if (foreign || (site !== undefined && site !== 'same-origin' && site !== 'none')) {
        throw new Problem(403, 'foreign-origin', 'A page of another site asked for this change; it was refused.')
      }
    }
    await next()
  })
}

/**
 * The caller's address. An https public URL means that a proxy ends TLS in front of us: the last entry of its
 * X-Forwarded-For is the client. Without one the header is anybody's to write, and the connection's own address counts.
 */
export function clientIp(
  config: Pick<Config, 'publicUrl'>,
  peer: string | undefined,
  forwarded: string | undefined,
): string {
  const last = forwarded?.split(',').at(-1)?.trim() ?? ''
  if (config.publicUrl.startsWith('https:') && isIP(last) !== 0) return last
  return (peer ?? '').replace(/^::ffff:/, '')
}

/** localhost or a loopback address, brackets or not. */
export function isLoopbackName(name: string): boolean {
  const bare = name.replace(/^\[|\]$/g, '')
  return bare === 'localhost' || bare === '::1' || (isIP(bare) === 4 && bare.startsWith('127.'))
}
