import { type APIRequestContext, type Page, test as base, expect } from '@playwright/test'
import { type Stack, admin, botEmail, startStack } from './stack.ts'

/** A running Lockkeeper with an admin, one integration whose first sync has ended and a credential; shared by the files that only read. */
export type Filled = Stack & {
  integrationId: string
  runId: string
  spaceKey: string
  documentId: string
  credentialId: string
  workflowId: string
}

export const test = base.extend<{ signedIn: Page }, { stack: Stack; filled: Filled }>({
  stack: [
    // oxlint-disable-next-line no-empty-pattern -- Playwright reads the fixtures needed from this pattern
    async ({}, use) => {
      await using stack = await startStack({ withAdmin: true })
      await use(stack)
    },
    { scope: 'worker', timeout: 90_000 },
  ],
  filled: [async ({ stack }, use) => use({ ...stack, ...(await fill(stack)) }), { scope: 'worker', timeout: 120_000 }],
  baseURL: async ({ stack }, use) => use(stack.url),
  signedIn: async ({ page, stack }, use) => {
    await signIn(page.request, stack.url, admin)
    await use(page)
  },
})

export { expect }

/** Signs the browser in over the API: the cookie is the page's from then on. */
export async function signIn(request: APIRequestContext, url: string, person: { email: string; password: string }) {
  const { email, password } = person
  const answer = await request.post(`${url}/api/v1/sessions`, { data: { email, password }, headers: { origin: url } })
  expect(answer.status(), await answer.text()).toBe(201)
}

export type Site = {
  integrationId: string
  runId: string
  /** Calls the API as the admin; throws on any refusal. */
  // oxlint-disable-next-line typescript/no-explicit-any -- tests read what they expect
  call: (method: string, path: string, body?: unknown) => Promise<any>
  /** Syncs what has changed, and waits for it. */
  sync: () => Promise<void>
}

/** Connects a stack to its simulated Confluence and waits until everything is here. */
export async function connectSample(
  { url, confluence, apiKey }: Stack,
  readers: 'members' | 'confluence' = 'members',
): Promise<Site> {
  const cookie = await sessionCookie(url)
  const call = async (method: string, path: string, body?: unknown) => {
    const answer = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: { cookie, origin: url, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
    const text = await answer.text()
    return text === '' ? undefined : JSON.parse(text)
  }
  const integration = await call('POST', '/integrations', {
    connector: 'confluence',
    name: 'Sample site',
    settings: { deployment: 'cloud', url: confluence, username: botEmail, spaces: 'all', readers },
    secret: { apiKey },
  })
  const runs = () => call('GET', `/integrations/${integration.id}/runs`)
  return {
    integrationId: String(integration.id),
    runId: await untilSynced(runs),
    call,
    async sync() {
      await call('POST', `/integrations/${integration.id}/sync`, { mode: 'incremental' })
      await untilSynced(runs)
    },
  }
}

async function fill(stack: Stack) {
  const { integrationId, runId, call } = await connectSample(stack)
  const documents = await call('GET', '/documents?space=SUP&type=page&limit=10')
  const documentId = String(
    documents.items.find((document: { parentId: string | null }) => document.parentId !== null).id,
  )
  await call('POST', '/scopes/global/key')
  const credential = await call('POST', '/scopes/global/credentials', {
    name: 'A credential whose name is so long that it wraps',
    kind: 'basic',
    basic: { username: 'a-rather-long-user-name@lockkeeper.example', password: 'sesame' },
    domains: ['*.a-rather-long-domain-of-an-outside-system.example.com', 'bücher.example:8443', '127.0.0.1:9000'],
    allowHttp: true,
    expiresAt: new Date(Date.now() + 200 * 86_400_000).toISOString(), // too far away to remind anybody
  })
  const grants = [{ principal: 'everyone', level: 'use' }]
  await call('PUT', `/credentials/${credential.id}/grants`, { grants, version: 1 })
  const workflow = await call('POST', '/scopes/global/workflows', { definition: publishing(credential.id) })
  return {
    integrationId,
    runId,
    spaceKey: 'SUP',
    documentId,
    credentialId: String(credential.id),
    workflowId: String(workflow.id),
  }
}

/** A workflow that makes use of everything that its pages show. */
function publishing(credentialId: unknown) {
  const url = 'https://api.a-rather-long-domain-of-an-outside-system.example.com/pages/${page.id}?title=${page.title}'
  return {
    name: 'A workflow whose name is so long that it wraps on narrow screens',
    appliesTo: { types: ['page'], labels: ['public'] },
    statuses: [
      { id: 'draft', name: 'Draft' },
      { id: 'review', name: 'In review by those who know', colour: 'yellow' },
      { id: 'approved', name: 'Approved', colour: 'green', final: true, expiresAfter: 'P90D', onExpiry: 'review' },
    ],
    initial: 'draft',
    onEdit: 'draft',
    transitions: [
      { from: 'draft', to: 'review', name: 'Ask for review' },
      { from: 'review', to: 'approved', name: 'Approve', approvals: { minimum: 1, notAuthor: true } },
      { from: 'review', to: 'draft', name: 'Send back', requireComment: true },
    ],
    triggers: [
      {
        id: 'tell',
        on: ['page.approved', 'status.changed'],
        if: { all: [{ field: 'status.to', is: 'approved' }, { not: { field: 'label', in: ['internal', 'draft'] } }] },
        do: [
          { type: 'authenticated-webhook', credentialId, url, body: { title: '${page.title}' } },
          { type: 'comment', text: 'Approved by ${user.name}.' },
        ],
      },
    ],
  }
}

async function untilSynced(readRuns: () => Promise<{ items: { id: string; status: string }[] }>): Promise<string> {
  const deadline = Date.now() + 90_000
  while (Date.now() < deadline) {
    const [run] = (await readRuns()).items
    if (run?.status === 'succeeded') return run.id
    if (run?.status === 'failed' || run?.status === 'stopped') throw new Error(`The first sync ${run.status}.`)
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
  throw new Error('The first sync did not end within 90 s.')
}

async function sessionCookie(url: string): Promise<string> {
  const answer = await fetch(`${url}/api/v1/sessions`, {
    method: 'POST',
    headers: { origin: url, 'content-type': 'application/json' },
    body: JSON.stringify({ email: admin.email, password: admin.password }),
  })
  if (!answer.ok) throw new Error(`Sign-in: ${answer.status} ${await answer.text()}`)
  return answer.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
}
