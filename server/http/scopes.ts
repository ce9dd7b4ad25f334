import { createRoute } from '@hono/zod-openapi'
import { z } from 'zod'
import { ListQuery, pageOf } from '#schema/common.ts'
import { Regenerate, Regenerated, RegeneratePreview, ScopeKey, ScopeState } from '#schema/credential.ts'
import type { App } from '#server/app.ts'
import { previewRegenerate, regenerateScopeKey } from '#server/credentials/regenerate.ts'
import { rotateScopeKey } from '#server/credentials/rotate.ts'
import { createScopeKey } from '#server/credentials/scope-key.ts'
import { listScopes, readScope } from '#server/credentials/scopes.ts'
import { actorOf, body, json, openDoor, problem, problems, type Door } from './door.ts'

const tags = ['Scopes']
const ScopePage = pageOf(ScopeState)
/** Any text: what is no scope is "not found". */
const params = z.object({ scope: z.string().max(300) })

export function scopeDoors(app: App): Door {
  const door = openDoor()

  const list = { method: 'get', path: '/scopes', tags, summary: 'List scopes', request: { query: ListQuery } } as const
  const listed = json(ScopePage, 'Global first, then spaces by name.')
  door.openapi(createRoute({ ...list, responses: { ...problems, 200: listed } }), async (c) =>
    c.json(ScopePage.parse(await listScopes(app, actorOf(c), c.req.valid('query'))), 200),
  )

  const get = { method: 'get', path: '/scopes/{scope}', tags, summary: 'Read a scope', request: { params } } as const
  door.openapi(createRoute({ ...get, responses: { ...problems, 200: json(ScopeState, 'The scope.') } }), async (c) =>
    c.json(ScopeState.parse(await readScope(app, actorOf(c), c.req.valid('param').scope)), 200),
  )

  const path = '/scopes/{scope}/key'
  const make = { method: 'post', path, tags, summary: 'Generate the key of a scope', request: { params } } as const
  const made = { ...problems, 201: json(ScopeKey, 'The key.'), 409: problem('There is one already.') }
  door.openapi(createRoute({ ...make, responses: made }), async (c) =>
    c.json(ScopeKey.parse(await createScopeKey(app, actorOf(c), c.req.valid('param').scope)), 201),
  )

  const rotate = {
    method: 'post',
    path: `${path}/rotate`,
    tags,
    summary: 'Rotate the key of a scope: keeps every credential',
    request: { params },
  } as const
  const started = json(ScopeState, 'Begun. `key.rotation` tells how far it is.')
  const rotating = { ...problems, 202: started, 409: problem('There is no key, or it is being rotated.') }
  door.openapi(createRoute({ ...rotate, responses: rotating }), async (c) =>
    c.json(ScopeState.parse(await rotateScopeKey(app, actorOf(c), c.req.valid('param').scope)), 202),
  )
  regenerateDoors(app, door, `${path}/regenerate`)
  return door
}

function regenerateDoors(app: App, door: Door, path: string): void {
  const notHere = problem('There is no key, or this scope’s key can only be rotated.')
  const preview = {
    method: 'get',
    path,
    tags,
    summary: 'What re-generating the key would destroy',
    request: { params },
  } as const
  const previewed = { ...problems, 200: json(RegeneratePreview, 'Nothing was changed.'), 409: notHere }
  door.openapi(createRoute({ ...preview, responses: previewed }), async (c) =>
    c.json(RegeneratePreview.parse(await previewRegenerate(app, actorOf(c), c.req.valid('param').scope)), 200),
  )

  const regenerate = {
    method: 'post',
    path,
    tags,
    summary: 'Re-generate the key of a scope: destroys its credentials',
    request: { params, body: body(Regenerate) },
  } as const
  const regenerated = {
    ...problems,
    200: json(Regenerated, 'What was destroyed, and the new key.'),
    409: notHere,
    422: problem('The scope was not typed as it is written.'),
  }
  door.openapi(createRoute({ ...regenerate, responses: regenerated }), async (c) => {
    const { scope } = c.req.valid('param')
    return c.json(Regenerated.parse(await regenerateScopeKey(app, actorOf(c), scope, c.req.valid('json'))), 200)
  })
}
