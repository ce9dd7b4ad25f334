import type { IncomingHttpHeaders } from 'node:http'
import { html, json, Refusal, type Answer } from '../answer.ts'
import type { Ask, Front } from '../front.ts'
import type { State } from '../server.ts'
import type { User } from '../users.ts'
import { siteNow } from '../world/site.ts'
import { limitHeaders, takeToken } from './limits.ts'
import { dcError, serverPage } from './refusals.ts'
import { isSince, type Dc } from './settings.ts'

/** A Data Center: everything lies below its context path, and people come with a token or with name and password. */
export function dcFront(state: Pick<State, 'site' | 'users'>, dc: Dc): Front {
  return {
    read: ({ method = 'GET', url = '/' }) => {
      const inside = url === dc.contextPath || url.startsWith(`${dc.contextPath}/`)
      const path = inside ? url.slice(dc.contextPath.length) || '/' : url
      return { method, path, viaGateway: false, elsewhere: !inside }
    },
    early: (ask, headers) => early(dc, ask, headers),
    admit: (ask, headers) => {
      const user = personOf(state.users, dc, headers) ?? refuseAnonymous(ask)
      const limited = takeToken(dc, state.site, user.email)
      if (limited !== undefined) throw new Refusal(limited)
      return user
    },
    unknownPath: (ask) => unknownPath(ask),
    finish: (answer, user) => ({
      ...answer,
      headers: {
        date: new Date(siteNow(state.site)).toUTCString(),
        ...(user === undefined ? {} : { 'x-ausername': user.account.username, 'x-seraph-loginreason': 'OK' }),
        ...(user === undefined ? {} : limitHeaders(dc, state.site, user.email)),
        ...answer.headers,
      },
    }),
    forms: {
      limited: (fault) =>
        json(
          fault.status ?? 429,
          { message: 'Rate limit exceeded.' },
          {
            'x-ratelimit-limit': '10',
            'x-ratelimit-remaining': '0',
            'x-ratelimit-fillrate': '2',
            'x-ratelimit-interval-seconds': '1',
          },
        ),
      failed: (status, path) =>
        path.startsWith('/rest/')
          ? dcError(status, 'An unexpected error occurred')
          : serverPage(status, 'An unexpected error occurred'),
      badCursor: () => dcError(400, 'The cursor is not valid'),
      loginPage: loginPage(dc),
      loginUrl,
    },
  }
}

const loginUrl = 'https://idp.example.com/saml/sso?SAMLRequest=fZJ'

// Its head tells the version, also on servers that have no other way to tell it.
function loginPage({ version }: Dc): string {
  return `<!doctype html><html lang="en"><head><title>Log In - Confluence</title><meta name="ajs-version-number" content="${version}"></head><body><h1>Log in to Confluence</h1><form name="loginform" method="post" action="/dologin.action"><input name="os_username" type="text" /><input name="os_password" type="password" /><button>Log in</button></form></body></html>`
}

function early(dc: Dc, { path, elsewhere }: Ask, headers: IncomingHttpHeaders): Answer | undefined {
  const hasToken = /^bearer /i.test(headers.authorization ?? '')
  if (dc.sso === 'all' || (dc.sso === 'no-token' && !hasToken))
    return { status: 302, headers: { location: loginUrl }, body: '' }
  if (!elsewhere && /^\/(login\.action)?(\?|$)/.test(path)) return html(200, loginPage(dc))
  if (elsewhere || !/^\/(rest|download)\//.test(path)) return serverPage(404, 'The requested resource is not available')
  // The server in front of the API takes no encoded slash, wherever it stands: groups with one in their name cannot be asked for.
  if (/%2f/i.test(path.split('?')[0] ?? '')) return serverPage(400, 'Invalid URI: encoded slash')
  return undefined
}

/** Undefined for somebody without a name. A token in the place of a password is a wrong password. */
function personOf(users: readonly User[], dc: Dc, { authorization }: IncomingHttpHeaders): User | undefined {
  const token = /^bearer (.+)$/i.exec(authorization ?? '')?.[1]
  if (token !== undefined && isSince(dc, '7.9')) {
    const found = users.find((one) => !one.revoked && one.key === token)
    if (found === undefined) throw new Refusal(unknownToken())
    return found
  }
  const pair = /^basic ([\w+/=-]+)$/i.exec(authorization ?? '')?.[1]
  if (pair === undefined) return undefined
  if (!dc.passwords)
    throw new Refusal(serverPage(403, 'Basic Auth with password is disabled by the API Token Authentication app'))
  const text = Buffer.from(pair, 'base64').toString()
  const colon = text.indexOf(':')
  const name = text.slice(0, colon)
  const password = text.slice(colon + 1)
  const found = users.find(
    (one) => !one.revoked && one.account.username.toLowerCase() === name.toLowerCase() && one.password === password,
  )
  if (found === undefined) throw new Refusal(wrongPassword())
  return found
}

function unknownToken(): Answer {
  const message = 'Client must be authenticated to access this resource.'
  return json(401, { message, 'status-code': 401 }, { 'www-authenticate': 'Bearer' })
}

function wrongPassword(): Answer {
  const page = serverPage(401, 'Basic Authentication Failure - Reason : AUTHENTICATED_FAILED')
  const headers = { 'x-seraph-loginreason': 'AUTHENTICATED_FAILED', 'www-authenticate': 'OAuth realm="confluence"' }
  return { ...page, headers: { ...page.headers, ...headers } }
}

// Nobody is let in without a name; two calls say so by 401, all others by 403.
function refuseAnonymous({ path }: Ask): never {
  const status = /^\/rest\/api\/(server-information|space\/[^/]+\/permissions)/.test(path) ? 401 : 403
  throw new Refusal(dcError(status, 'Not permitted to use confluence : Anonymous User', false))
}

function unknownPath({ path }: Ask): Answer {
  if (!path.startsWith('/rest/')) return serverPage(404, 'The requested resource is not available')
  return json(404, { 'status-code': 404, message: `null for uri: ${path.split('?')[0]}` })
}
