import { createRoute, z } from '@hono/zod-openapi'
import { Id } from '#schema/common.ts'
import {
  AccessQuery,
  AccountLink,
  DocumentAccess,
  SourceAccount,
  SourceAccountPage,
  SourceAccountQuery,
} from '#schema/read-access.ts'
import type { App } from '#server/app.ts'
import { readDocumentAccess } from '#server/content/access.ts'
import { linkAccount, listAccounts } from '#server/integrations/accounts.ts'
import { actorOf, body, IdParam, json, openDoor, problems, type Door } from './door.ts'

const tags = ['Access']

export function readAccessDoors(app: App): Door {
  const door = openDoor()

  const access = {
    method: 'get',
    path: '/documents/{id}/access',
    tags,
    summary: 'Why somebody can, or cannot, read a document',
    request: { params: IdParam, query: AccessQuery },
  } as const
  const why = json(DocumentAccess, 'The locks of the document, and which of them open.')
  door.openapi(createRoute({ ...access, responses: { ...problems, 200: why } }), async (c) => {
    const answer = await readDocumentAccess(app, actorOf(c), c.req.valid('param').id, c.req.valid('query'))
    return c.json(DocumentAccess.parse(answer), 200)
  })

  const list = {
    method: 'get',
    path: '/integrations/{id}/accounts',
    tags,
    summary: 'Accounts of the outside system, and whose they are here',
    request: { params: IdParam, query: SourceAccountQuery },
  } as const
  door.openapi(
    createRoute({ ...list, responses: { ...problems, 200: json(SourceAccountPage, 'By name.') } }),
    async (c) => {
      const page = await listAccounts(app, actorOf(c), c.req.valid('param').id, c.req.valid('query'))
      return c.json(SourceAccountPage.parse(page), 200)
    },
  )

  const link = {
    method: 'put',
    path: '/integrations/{id}/accounts/{accountId}/link',
    tags,
    summary: 'Say whose account it is',
    request: { params: z.object({ id: Id, accountId: z.string().min(1).max(200) }), body: body(AccountLink) },
  } as const
  door.openapi(
    createRoute({ ...link, responses: { ...problems, 200: json(SourceAccount, 'As it is now.') } }),
    async (c) => {
      const { id, accountId } = c.req.valid('param')
      return c.json(SourceAccount.parse(await linkAccount(app, actorOf(c), id, accountId, c.req.valid('json'))), 200)
    },
  )
  return door
}
