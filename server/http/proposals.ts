import { createRoute } from '@hono/zod-openapi'
import {
  DryRunQuery,
  EditProposal,
  EditProposalPage,
  ProposalApproval,
  ProposalDecision,
  ProposalQuery,
  PublishPreview,
} from '#schema/publish.ts'
import type { App } from '#server/app.ts'
import { approveProposal, previewProposal, rejectProposal } from '#server/integrations/proposals/decide.ts'
import { getProposal, listProposals } from '#server/integrations/proposals/read.ts'
import { actorOf, body, IdParam, json, openDoor, problem, problems, type Door } from './door.ts'

const tags = ['Proposals']

export function proposalDoors(app: App): Door {
  const door = openDoor()

  const list = {
    method: 'get',
    path: '/proposals',
    tags,
    summary: 'Edits that API keys proposed',
    request: { query: ProposalQuery },
  } as const
  const listed = json(
    EditProposalPage,
    'Of the spaces in which I may write, and my own: newest first, without their diffs.',
  )
  door.openapi(createRoute({ ...list, responses: { ...problems, 200: listed } }), async (c) =>
    c.json(EditProposalPage.parse(await listProposals(app, actorOf(c), c.req.valid('query'))), 200),
  )

  const get = {
    method: 'get',
    path: '/proposals/{id}',
    tags,
    summary: 'Read a proposed edit',
    request: { params: IdParam },
  } as const
  const one = json(EditProposal, 'With how it differs from what it was made of.')
  door.openapi(createRoute({ ...get, responses: { ...problems, 200: one } }), async (c) =>
    c.json(EditProposal.parse(await getProposal(app, actorOf(c), c.req.valid('param').id)), 200),
  )

  const decided = {
    ...problems,
    200: json(EditProposal, 'As it was decided.'),
    409: problem(
      'It was decided already, or the document went on so that both cannot be merged (`conflict`, with both sides: approve it again with `resolved`).',
    ),
    422: problem('It cannot be written.'),
    502: problem('Confluence cannot be reached, or it is not known whether the change arrived.'),
  }
  const approve = {
    method: 'post',
    path: '/proposals/{id}/approve',
    tags,
    summary: 'Publish a proposed edit',
    request: { params: IdParam, query: DryRunQuery, body: body(ProposalApproval) },
  } as const
  const approved = {
    ...decided,
    200: json(
      EditProposal.or(PublishPreview),
      'As it was decided; with `dryRun` what would be sent, and nothing was: it is decided as little as before.',
    ),
  }
  door.openapi(createRoute({ ...approve, responses: approved }), async (c) => {
    const { id } = c.req.valid('param')
    const input = c.req.valid('json')
    if (c.req.valid('query').dryRun)
      return c.json(PublishPreview.parse(await previewProposal(app, actorOf(c), id, input)), 200)
    return c.json(EditProposal.parse(await approveProposal(app, actorOf(c), id, input)), 200)
  })

  const reject = {
    method: 'post',
    path: '/proposals/{id}/reject',
    tags,
    summary: 'Reject a proposed edit',
    request: { params: IdParam, body: body(ProposalDecision) },
  } as const
  door.openapi(createRoute({ ...reject, responses: decided }), async (c) => {
    const { id } = c.req.valid('param')
    return c.json(EditProposal.parse(await rejectProposal(app, actorOf(c), id, c.req.valid('json'))), 200)
  })
  return door
}
