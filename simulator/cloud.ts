import { gatewayError, html, json, Refusal, v1Error, v2Error, v2NotFound, type Answer } from './answer.ts'
import { authenticate, checkScope } from './auth.ts'
import type { Ask, Forms, Front } from './front.ts'
import type { State } from './server.ts'
import { badCursor } from './v2/paging.ts'
import { siteNow, type Site } from './world/site.ts'

/** A Confluence Cloud site: the API below /wiki, and the gateway through which scoped tokens come. */
export function cloudFront(state: Pick<State, 'site' | 'users'>): Front {
  const { site } = state
  return {
    read: (request) => readAsk(site, request.method, request.url),
    early: (ask) => {
      if (pathOnly(ask.path) === '/_edge/tenant_info') return json(200, { cloudId: site.cloudId })
      if (ask.elsewhere) return gatewayError(404, 'No message available')
      return /^\/wiki\/(api|rest|download)\//.test(ask.path) ? undefined : html(404, notAnApi)
    },
    admit: (ask, headers, route) => {
      const user = authenticate(state.users, headers, ask)
      if (route === undefined) throw new Refusal(unknownPath(ask))
      checkScope(user, route.scopes)
      return user
    },
    unknownPath,
    finish: (answer) => ({
      ...answer,
      headers: { date: new Date(siteNow(site)).toUTCString(), server: 'AtlassianEdge', ...answer.headers },
    }),
    forms,
  }
}

function readAsk(site: Site, method = 'GET', path = '/'): Ask {
  const gateway = /^\/ex\/confluence\/([^/]+)(\/.*)$/.exec(path)
  if (gateway === null) return { method, path, viaGateway: false, elsewhere: false }
  return { method, path: gateway[2] ?? '/', viaGateway: true, elsewhere: gateway[1] !== site.cloudId }
}

function unknownPath({ path }: Ask): Answer {
  if (path.startsWith('/wiki/api/v2')) return v2NotFound()
  return json(404, { statusCode: 404, message: `null for uri: ${pathOnly(path)}` })
}

function pathOnly(path: string): string {
  return path.split('?')[0] ?? path
}

const forms: Forms = {
  limited: () => {
    const headers = {
      'x-ratelimit-limit': '40000',
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': new Date(Date.now() + 60_000).toISOString().replace(/\.\d+Z$/, 'Z'),
      'ratelimit-reason': 'confluence-burst-based',
    }
    return json(429, { code: 429, message: 'Rate limit exceeded' }, headers)
  },
  failed: (status, path) => {
    if (path.startsWith('/wiki/api/v2')) return v2Error(status, 'INTERNAL_SERVER_ERROR', 'An unexpected error occurred')
    if (path.startsWith('/wiki/rest/'))
      return v1Error(status, 'api.InternalServerException', 'An unexpected error occurred')
    return gatewayError(status, 'An unexpected error occurred')
  },
  badCursor,
  loginPage:
    '<!doctype html><html lang="en"><head><title>Log in to continue</title></head><body><h1>Log in to continue</h1><form method="post" action="/login"><input name="username" type="email" /><button>Continue</button></form></body></html>',
  loginUrl: 'https://id.example.com/login?continue=wiki',
}

const notAnApi =
  '<!doctype html><html lang="en"><head><title>Page not found</title></head><body><h1>Page not found</h1></body></html>'
