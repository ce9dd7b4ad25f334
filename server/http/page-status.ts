import { createRoute, z } from '@hono/zod-openapi'
import { ListQuery, pageOf } from '#schema/common.ts'
import {
  PageStatus,
  PageStatuses,
  PendingApprovalPage,
  ReportPage,
  ReportPagesQuery,
  SpaceReport,
  TransitionRequest,
} from '#schema/page-status.ts'
import type { App } from '#server/app.ts'
import { readPageStatuses } from '#server/workflows/page-state.ts'
import { listPendingApprovals } from '#server/workflows/pending.ts'
import { listReportPages, readSpaceReport } from '#server/workflows/report.ts'
import { takeStep } from '#server/workflows/transition.ts'
import { actorOf, body, IdParam, json, openDoor, problem, problems, type Door } from './door.ts'

const tags = ['Workflows']
const SpaceParam = z.object({ key: z.string().max(255) })
const ReportPages = pageOf(ReportPage)

export function pageStatusDoors(app: App): Door {
  const door = openDoor()
  ofPages(door, app)
  ofSpaces(door, app)
  return door
}

function ofPages(door: Door, app: App): void {
  const read = {
    method: 'get',
    path: '/documents/{id}/workflows',
    tags,
    summary: 'Where a page stands in its workflows, and its next steps',
    request: { params: IdParam },
  } as const
  const statuses = json(PageStatuses, 'One entry for each workflow that it is in, by name.')
  door.openapi(createRoute({ ...read, responses: { ...problems, 200: statuses } }), async (c) =>
    c.json(PageStatuses.parse(await readPageStatuses(app, actorOf(c), c.req.valid('param').id)), 200),
  )

  const step = {
    method: 'post',
    path: '/documents/{id}/transition',
    tags,
    summary: 'Take a step, give an approval, or reject',
    request: { params: IdParam, body: body(TransitionRequest) },
  } as const
  const answers = {
    ...problems,
    200: json(PageStatus, 'Where it stands now; not moved while approvals are missing.'),
    409: problem('Somebody was first, the page has changed, or the caller has approved it already.'),
    422: problem('There is no such step, or it needs a comment.'),
  }
  door.openapi(createRoute({ ...step, responses: answers }), async (c) => {
    const status = await takeStep(app, actorOf(c), c.req.valid('param').id, c.req.valid('json'))
    return c.json(PageStatus.parse(status), 200)
  })

  const approvals = {
    method: 'get',
    path: '/approvals',
    tags,
    summary: 'Pages that wait for my approval',
    request: { query: ListQuery },
  } as const
  const waiting = json(PendingApprovalPage, 'Those that wait longest first.')
  door.openapi(createRoute({ ...approvals, responses: { ...problems, 200: waiting } }), async (c) =>
    c.json(PendingApprovalPage.parse(await listPendingApprovals(app, actorOf(c), c.req.valid('query'))), 200),
  )
}

function ofSpaces(door: Door, app: App): void {
  const report = {
    method: 'get',
    path: '/spaces/{key}/report',
    tags,
    summary: 'Pages of a space by status',
    request: { params: SpaceParam },
  } as const
  const counts = json(SpaceReport, 'Every status of each workflow, with the pages in it and those overdue.')
  door.openapi(createRoute({ ...report, responses: { ...problems, 200: counts } }), async (c) =>
    c.json(SpaceReport.parse(await readSpaceReport(app, actorOf(c), c.req.valid('param').key)), 200),
  )

  const pages = {
    method: 'get',
    path: '/spaces/{key}/report/pages',
    tags,
    summary: 'Pages behind a figure of the report',
    request: { params: SpaceParam, query: ReportPagesQuery },
  } as const
  const listed = json(ReportPages, 'Those that stand longest in their status first.')
  door.openapi(createRoute({ ...pages, responses: { ...problems, 200: listed } }), async (c) => {
    const found = await listReportPages(app, actorOf(c), c.req.valid('param').key, c.req.valid('query'))
    return c.json(ReportPages.parse(found), 200)
  })
}
