import { createRoute } from '@hono/zod-openapi'
import { stream } from 'hono/streaming'
import { AuditQuery, AuditRow, AuditVerdict } from '#schema/audit.ts'
import { pageOf } from '#schema/common.ts'
import type { App } from '#server/app.ts'
import { checkAudit, exportAudit, listAudit } from '#server/audit/read.ts'
import { actorOf, json, openDoor, problems, type Door } from './door.ts'

const tags = ['Audit']
const AuditPage = pageOf(AuditRow)

export function auditDoors(app: App): Door {
  const door = openDoor()

  const list = { method: 'get', path: '/audit', tags, summary: 'Who did what', request: { query: AuditQuery } } as const
  door.openapi(createRoute({ ...list, responses: { ...problems, 200: json(AuditPage, 'Newest first.') } }), async (c) =>
    c.json(AuditPage.parse(await listAudit(app, actorOf(c), c.req.valid('query'))), 200),
  )

  const verify = { method: 'get', path: '/audit/verify', tags, summary: 'Verify the chain of hashes' } as const
  const verdict = json(AuditVerdict, '`brokenAt` is the first row that does not fit.')
  door.openapi(createRoute({ ...verify, responses: { ...problems, 200: verdict } }), async (c) =>
    c.json(AuditVerdict.parse(await checkAudit(app, actorOf(c))), 200),
  )

  const lines = { description: 'application/x-ndjson: one row a line, oldest first, with its hashes.' }
  const take = { method: 'get', path: '/audit/export', tags, summary: 'All rows as JSON lines' } as const
  door.openapi(createRoute({ ...take, responses: { ...problems, 200: lines } }), (c) => {
    const rows = exportAudit(app, actorOf(c))
    c.header('content-type', 'application/x-ndjson')
    c.header('content-disposition', 'attachment; filename="audit.jsonl"')
    return stream(c, async (out) => {
      for await (const row of rows) await out.write(row)
    })
  })
  return door
}
