import { createRoute, z } from '@hono/zod-openapi'
import { Id } from '#schema/common.ts'
import {
  Credential,
  CredentialTest,
  CredentialTestResult,
  DomainsChange,
  DomainsCheck,
  DomainsVerdict,
  EffectiveAccess,
  Grants,
  GrantsChange,
  Scope,
  Usage,
} from '#schema/credential.ts'
import type { App } from '#server/app.ts'
import { changeDomains } from '#server/credentials/change-domains.ts'
import { checkDomains, checkNewDomains } from '#server/credentials/check-domains.ts'
import { effectiveAccess } from '#server/credentials/effective.ts'
import { changeGrants, readGrants } from '#server/credentials/grant.ts'
import { testCredential } from '#server/credentials/test-send.ts'
import { readUsage } from '#server/credentials/usage.ts'
import { actorOf, body, IdParam, json, openDoor, problem, problems, type Door } from './door.ts'

const tags = ['Credentials']
const ScopeParam = z.object({ scope: Scope })
const AccessQuery = z.strictObject({ user: Id })
const stale = problem('Somebody else changed it meanwhile; `changed` says what.')

export function credentialAccessDoors(app: App): Door {
  const door = openDoor()
  ofGrants(door, app)
  ofDomains(door, app)
  ofUse(door, app)
  return door
}

function ofGrants(door: Door, app: App): void {
  const path = '/credentials/{id}/grants'
  const read = { method: 'get', path, tags, summary: 'Who may do what with it', request: { params: IdParam } } as const
  door.openapi(createRoute({ ...read, responses: { ...problems, 200: json(Grants, 'The permissions.') } }), async (c) =>
    c.json(Grants.parse(await readGrants(app, actorOf(c), c.req.valid('param').id)), 200),
  )

  const change = { method: 'put', path, tags, summary: 'Set who may do what with it' } as const
  const changed = { request: { params: IdParam, body: body(GrantsChange) } }
  const answers = { ...problems, 200: json(Grants, 'The permissions.'), 409: stale }
  door.openapi(createRoute({ ...change, ...changed, responses: answers }), async (c) => {
    const grants = await changeGrants(app, actorOf(c), c.req.valid('param').id, c.req.valid('json'))
    return c.json(Grants.parse(grants), 200)
  })

  const access = {
    method: 'get',
    path: '/credentials/{id}/access',
    tags,
    summary: 'What a person may do with it, and why',
    request: { params: IdParam, query: AccessQuery },
  } as const
  const accessAnswers = { ...problems, 200: json(EffectiveAccess, 'The level, with every reason.') }
  door.openapi(createRoute({ ...access, responses: accessAnswers }), async (c) => {
    const found = await effectiveAccess(app, actorOf(c), c.req.valid('param').id, c.req.valid('query').user)
    return c.json(EffectiveAccess.parse(found), 200)
  })
}

function ofDomains(door: Door, app: App): void {
  const change = {
    method: 'put',
    path: '/credentials/{id}/domains',
    tags,
    summary: 'Set where it may be sent',
  } as const
  const changed = { request: { params: IdParam, body: body(DomainsChange) } }
  const answers = {
    ...problems,
    200: json(Credential, 'The credential, without its secret.'),
    409: stale,
    422: problem('The secret could go somewhere new: give it again.'),
  }
  door.openapi(createRoute({ ...change, ...changed, responses: answers }), async (c) => {
    const credential = await changeDomains(app, actorOf(c), c.req.valid('param').id, c.req.valid('json'))
    return c.json(Credential.parse(credential), 200)
  })

  const check = {
    method: 'post',
    path: '/credentials/{id}/domains/check',
    tags,
    summary: 'Would it be sent there? Sends nothing',
    request: { params: IdParam, body: body(DomainsCheck) },
  } as const
  const verdict = json(DomainsVerdict, 'The verdict, and how each domain reads.')
  door.openapi(createRoute({ ...check, responses: { ...problems, 200: verdict } }), async (c) => {
    const judged = await checkDomains(app, actorOf(c), c.req.valid('param').id, c.req.valid('json'))
    return c.json(DomainsVerdict.parse(judged), 200)
  })

  const checkNew = {
    method: 'post',
    path: '/scopes/{scope}/domains/check',
    tags,
    summary: 'The same before there is a credential',
    request: { params: ScopeParam, body: body(DomainsCheck) },
  } as const
  const newAnswers = { ...problems, 200: verdict, 409: problem('Not for this scope.') }
  door.openapi(createRoute({ ...checkNew, responses: newAnswers }), async (c) => {
    const judged = await checkNewDomains(app, actorOf(c), c.req.valid('param').scope, c.req.valid('json'))
    return c.json(DomainsVerdict.parse(judged), 200)
  })
}

function ofUse(door: Door, app: App): void {
  const usage = {
    method: 'get',
    path: '/credentials/{id}/usage',
    tags,
    summary: 'Where it is used, and when it last was',
    request: { params: IdParam },
  } as const
  door.openapi(
    createRoute({ ...usage, responses: { ...problems, 200: json(Usage, 'Where it is used.') } }),
    async (c) => c.json(Usage.parse(await readUsage(app, actorOf(c), c.req.valid('param').id)), 200),
  )

  const test = { method: 'post', path: '/credentials/{id}/test', tags, summary: 'Send a GET with it' } as const
  const tested = { request: { params: IdParam, body: body(CredentialTest) } }
  const answers = {
    ...problems,
    200: json(CredentialTestResult, 'The status and what it means; never the answer itself.'),
    409: problem('Its secret must be entered again, or it has expired and is blocked.'),
    422: problem('It may not be sent there: by its domains, or by the guard.'),
    429: problem('It was tested too often.'),
  }
  door.openapi(createRoute({ ...test, ...tested, responses: answers }), async (c) => {
    const result = await testCredential(app, actorOf(c), c.req.valid('param').id, c.req.valid('json'))
    return c.json(CredentialTestResult.parse(result), 200)
  })
}
