// A workflow that lets pages be published, people for it, and a receiver that is told: what tests of deliveries begin with.
import { expect } from '@playwright/test'
import type { Steps } from './credential-steps.ts'
import { type Stack, botEmail } from './stack.ts'

type Call = Steps['call']

export const author = { name: 'Maya Author', email: 'maya@lockkeeper.example', password: 'another-long-password' }
export const reviewer = { name: 'Rolf Reviewer', email: 'rolf@lockkeeper.example', password: 'another-long-password' }
export const TOKEN = 'the-token-of-the-crm'

/** `pages`: of the space SUP, by title. */
export type Publishing = { workflowId: string; space: string; pages: { id: string; title: string }[] }

/** Syncs the sample site, and makes Draft → In review → Approved for the pages of SUP; `host` is told of approvals. */
export async function startPublishing(call: Call, { confluence, apiKey }: Stack, host: string): Promise<Publishing> {
  const space = 'SUP'
  await syncSite(call, confluence, apiKey)
  const people = await Promise.all(
    [author, reviewer].map((person) => call('POST', '/users', { ...person, role: 'member' })),
  )
  const [authorId, reviewerId] = people.map(({ id }) => String(id))
  await call('PUT', `/spaces/${space}/members`, {
    members: [authorId, reviewerId].map((id) => ({ principal: `user:${id}`, role: 'editor' })),
  })
  const scope = `space:${space}`
  await call('POST', `/scopes/${scope}/key`)
  const credential = await call('POST', `/scopes/${scope}/credentials`, {
    name: 'crm-bot',
    kind: 'bearer',
    bearer: { token: TOKEN },
    domains: [host],
    allowHttp: true,
  })
  const grants = [{ principal: 'everyone', level: 'use' }]
  await call('PUT', `/credentials/${credential.id}/grants`, { grants, version: 1 })
  const definition = definitionFor({ reviewerId: String(reviewerId), credentialId: String(credential.id), host })
  const workflow = await call('POST', `/scopes/${scope}/workflows`, { definition, enabled: true })
  const { items } = await call('GET', `/documents?space=${space}&type=page&limit=20`)
  return { workflowId: String(workflow.id), space, pages: items }
}

/** Gives an approved page's title to the receiver. */
function definitionFor({ reviewerId, credentialId, host }: Record<'reviewerId' | 'credentialId' | 'host', string>) {
  return {
    name: 'Publish',
    appliesTo: { types: ['page'] },
    statuses: [
      { id: 'draft', name: 'Draft', colour: 'gray' },
      { id: 'review', name: 'In review', colour: 'yellow' },
      { id: 'approved', name: 'Approved', colour: 'green', final: true, expiresAfter: 'P90D' },
    ],
    initial: 'draft',
    transitions: [
      { from: 'draft', to: 'review', name: 'Ask for review' },
      {
        from: 'review',
        to: 'approved',
        name: 'Approve',
        who: [`user:${reviewerId}`],
        approvals: { minimum: 1, notAuthor: true },
        requireComment: true,
      },
      { from: 'review', to: 'draft', name: 'Send back' },
    ],
    triggers: [
      {
        id: 'tell-crm',
        on: 'status.changed',
        if: { field: 'status.to', is: 'approved' },
        do: [
          {
            type: 'authenticated-webhook',
            credentialId,
            url: `http://${host}/pages/\${page.id}`,
            method: 'POST',
            body: { title: '${page.title}', version: '${page.version}' },
          },
        ],
      },
    ],
  }
}

async function syncSite(call: Call, url: string, apiKey: string): Promise<void> {
  const { id } = await call('POST', '/integrations', {
    connector: 'confluence',
    name: 'Sample site',
    settings: { deployment: 'cloud', url, username: botEmail, spaces: 'all', readers: 'members' },
    secret: { apiKey },
  })
  const status = async () => (await call('GET', `/integrations/${id}/runs`)).items[0]?.status
  await expect.poll(status, { timeout: 60_000 }).toBe('succeeded')
}
