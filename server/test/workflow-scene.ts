/** Definitions and requests for the tests of workflows. */
import { z } from 'zod'
import type { Definition } from '#schema/workflow.ts'
import { WorkflowDetail } from '#schema/workflow-api.ts'
import type { App } from '#server/app.ts'
import { newId } from '#server/platform/ids.ts'
import type { Answer, Client } from './client.ts'

/** Draft → Review → Approved, with a webhook on approval: to a credential's host when one is given. */
export function publishing(more: Partial<Definition> = {}, credentialId?: string): Definition {
  const webhook = { url: 'https://api.example.com/pages/${page.id}', body: { title: '${page.title}' } }
  return {
    name: 'Publish',
    statuses: [
      { id: 'draft', name: 'Draft' },
      { id: 'review', name: 'Review' },
      { id: 'approved', name: 'Approved', final: true },
    ],
    initial: 'draft',
    onEdit: 'draft',
    transitions: [
      { from: 'draft', to: 'review', name: 'Submit' },
      { from: 'review', to: 'approved', name: 'Approve', who: ['space:admin'] },
    ],
    triggers: [
      {
        id: 'tell',
        on: 'status.changed',
        if: { field: 'status.to', is: 'approved' },
        do: [
          credentialId === undefined
            ? { type: 'webhook', ...webhook }
            : { type: 'authenticated-webhook', credentialId, ...webhook },
        ],
      },
    ],
    ...more,
  }
}

/** Makes it in this scope; what came of it. */
export async function makeWorkflow(
  client: Client,
  label: string,
  definition: unknown = publishing(),
  more: { enabled?: boolean; owner?: string } = {},
): Promise<WorkflowDetail> {
  const answer = await client.post(`/scopes/${label}/workflows`, { definition, ...more })
  if (answer.status !== 201) throw new Error(`making a workflow answered ${JSON.stringify(answer.body)}`)
  return WorkflowDetail.parse(answer.body)
}

const Refusal = z.object({
  code: z.string(),
  detail: z.string(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).default([]),
  pages: z.number().optional(),
  statuses: z.array(z.object({ status: z.string(), pages: z.number() })).optional(),
})

/** The status, the code and what was listed of a refused request. */
export function refusalOf({ status, body }: Answer) {
  return { status, ...Refusal.parse(body) }
}

/** A page in a space, as a sync would have written it. */
export async function putPage(
  app: App,
  spaceId: string,
  more: { labels?: string[]; title?: string } = {},
): Promise<string> {
  const id = newId()
  await app.db
    .insertInto('documents')
    .values({
      id,
      space_id: spaceId,
      external_id: id,
      type: 'page',
      status: 'current',
      title: more.title ?? 'A page',
      title_folded: (more.title ?? 'A page').toLowerCase(),
      version: 1,
      labels: more.labels ?? [],
      storage: '',
      markdown: '',
      body_text: '',
      content_hash: id,
    })
    .execute()
  return id
}
