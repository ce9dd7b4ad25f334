import { createRoute, z } from '@hono/zod-openapi'
import { ListQuery, pageOf } from '#schema/common.ts'
import {
  Credential,
  CredentialChange,
  CredentialQuery,
  CredentialVersion,
  NewCredential,
  Restore,
  Scope,
} from '#schema/credential.ts'
import type { App } from '#server/app.ts'
import { changeCredential } from '#server/credentials/change.ts'
import { createCredential } from '#server/credentials/create.ts'
import { removeCredential } from '#server/credentials/delete.ts'
import { listCredentials, readCredential } from '#server/credentials/read.ts'
import { restoreCredential } from '#server/credentials/restore.ts'
import { listVersions } from '#server/credentials/versions.ts'
import { actorOf, body, done, IdParam, json, openDoor, problem, problems, type Door } from './door.ts'

const tags = ['Credentials']
const CredentialPage = pageOf(Credential)
const VersionPage = pageOf(CredentialVersion)
const ScopeParam = z.object({ scope: Scope })
const VersionParam = IdParam.extend({ version: z.coerce.number().int().min(1).max(2_147_483_647) })
const secretNeeded = problem('The secret could go somewhere new: give it again.')

export function credentialDoors(app: App): Door {
  const door = openDoor()
  ofScope(door, app)
  ofOne(door, app)
  ofVersions(door, app)
  return door
}

function ofScope(door: Door, app: App): void {
  const path = '/scopes/{scope}/credentials'
  const list = {
    method: 'get',
    path,
    tags,
    summary: 'Credentials that I may view',
    request: { params: ScopeParam, query: CredentialQuery },
  } as const
  const listAnswers = { ...problems, 200: json(CredentialPage, 'By name.'), 409: problem('Not for this scope.') }
  door.openapi(createRoute({ ...list, responses: listAnswers }), async (c) => {
    const page = await listCredentials(app, actorOf(c), c.req.valid('param').scope, c.req.valid('query'))
    return c.json(CredentialPage.parse(page), 200)
  })

  const create = {
    method: 'post',
    path,
    tags,
    summary: 'Make a credential',
    request: { params: ScopeParam, body: body(NewCredential) },
  } as const
  const createAnswers = {
    ...problems,
    201: json(Credential, 'The credential, without its secret.'),
    409: problem('The scope has no token yet, or a credential of this name.'),
  }
  door.openapi(createRoute({ ...create, responses: createAnswers }), async (c) => {
    const made = await createCredential(app, actorOf(c), c.req.valid('param').scope, c.req.valid('json'))
    return c.json(Credential.parse(made), 201)
  })
}

function ofOne(door: Door, app: App): void {
  const path = '/credentials/{id}'
  const get = { method: 'get', path, tags, summary: 'Read a credential', request: { params: IdParam } } as const
  const getAnswers = { ...problems, 200: json(Credential, 'The credential, without its secret.') }
  door.openapi(createRoute({ ...get, responses: getAnswers }), async (c) =>
    c.json(Credential.parse(await readCredential(app, actorOf(c), c.req.valid('param').id)), 200),
  )

  const change = {
    method: 'patch',
    path,
    tags,
    summary: 'Change a credential',
    request: { params: IdParam, body: body(CredentialChange) },
  } as const
  const changeAnswers = {
    ...getAnswers,
    409: problem('It was changed meanwhile: `changed` says what, `by` who. Or the name is taken.'),
    422: secretNeeded,
  }
  door.openapi(createRoute({ ...change, responses: changeAnswers }), async (c) => {
    const changed = await changeCredential(app, actorOf(c), c.req.valid('param').id, c.req.valid('json'))
    return c.json(Credential.parse(changed), 200)
  })

  const remove = { method: 'delete', path, tags, summary: 'Delete a credential', request: { params: IdParam } } as const
  door.openapi(createRoute({ ...remove, responses: { ...problems, 204: done } }), async (c) => {
    await removeCredential(app, actorOf(c), c.req.valid('param').id)
    return c.body(null, 204)
  })
}

function ofVersions(door: Door, app: App): void {
  const list = {
    method: 'get',
    path: '/credentials/{id}/versions',
    tags,
    summary: 'Who changed which field of a credential, and when',
    request: { params: IdParam, query: ListQuery },
  } as const
  const listAnswers = { ...problems, 200: json(VersionPage, 'Newest first.') }
  door.openapi(createRoute({ ...list, responses: listAnswers }), async (c) => {
    const page = await listVersions(app, actorOf(c), c.req.valid('param').id, c.req.valid('query'))
    return c.json(VersionPage.parse(page), 200)
  })

  const restore = {
    method: 'post',
    path: '/credentials/{id}/versions/{version}/restore',
    tags,
    summary: 'Put the value before this version back',
    request: { params: VersionParam, body: body(Restore) },
  } as const
  const restoreAnswers = {
    ...problems,
    200: json(Credential, 'The credential, without its secret.'),
    409: problem('That value is not kept, its key is gone, or the credential was changed meanwhile.'),
    422: secretNeeded,
  }
  door.openapi(createRoute({ ...restore, responses: restoreAnswers }), async (c) => {
    const { id, version } = c.req.valid('param')
    return c.json(Credential.parse(await restoreCredential(app, actorOf(c), id, version, c.req.valid('json'))), 200)
  })
}
