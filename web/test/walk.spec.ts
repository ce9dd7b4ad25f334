import type { IncomingHttpHeaders } from 'node:http'
import { type Page, expect, test } from '@playwright/test'
import { Webhook } from 'standardwebhooks'
import { type Steps, stepsOn } from './credential-steps.ts'
import { signIn } from './fixtures.ts'
import { reviewer } from './publishing.ts'
import { type Sink, startSink } from './sink.ts'
import { type Stack, admin, botEmail, startStack } from './stack.ts'

// The whole way: from an empty deployment to another system that hears, signed and with its key, that a page was approved;
// and again, when that system was away meanwhile. Each step stands on the one before.
test.describe.configure({ mode: 'serial' })

const TOKEN = 'the-token-of-the-desk'
const received: { headers: IncomingHttpHeaders; body: string }[] = []
let isBroken = false
let sink: Sink
let stack: Stack
let page: Page
let reviewing: Page
let steps: Steps
let integrationId: string
let secret: string
let pages: { id: string; externalId: string; title: string }[]

test.beforeAll(async ({ browser }) => {
  test.setTimeout(180_000)
  sink = await startSink((headers, body) => {
    received.push({ headers, body })
    return isBroken ? 503 : 200
  })
  stack = await startStack({ withAdmin: true, allow: sink.host })
  page = await browser.newPage({ baseURL: stack.url, viewport: { width: 1200, height: 850 } })
  steps = stepsOn(page, stack.url)
  await signIn(page.request, stack.url, admin)
  const settings = { deployment: 'cloud', url: stack.confluence, username: botEmail, spaces: 'all', readers: 'members' }
  const draft = { connector: 'confluence', name: 'Sample site', settings, secret: { apiKey: stack.apiKey } }
  integrationId = (await steps.call('POST', '/integrations', draft)).id
  await untilSynced()
  const { id } = await steps.call('POST', '/users', { ...reviewer, role: 'member' })
  await steps.call('PUT', '/spaces/SUP/members', { members: [{ principal: `user:${id}`, role: 'editor' }] })
  pages = (await steps.call('GET', '/documents?space=SUP&type=page&limit=5')).items
  reviewing = await (await browser.newContext({ baseURL: stack.url })).newPage()
  await signIn(reviewing.request, stack.url, reviewer)
})

test.afterAll(async () => {
  await page?.close()
  await reviewing?.context().close()
  await stack?.[Symbol.asyncDispose]()
  await sink?.[Symbol.asyncDispose]()
})

test('a credential is made, which everybody may use', async () => {
  await steps.goTo('global')
  await page.getByRole('button', { name: 'Generate token', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'No credentials yet' })).toBeVisible()
  await steps.openNew('Desk', 'Bearer')
  const dialog = page.getByRole('dialog', { name: 'Create credential' })
  await dialog.getByLabel('Token', { exact: true }).fill(TOKEN)
  await dialog.getByLabel('Domains', { exact: true }).fill(sink.host)
  await dialog.getByLabel('Allow http').check()
  await dialog.getByRole('button', { name: 'Create', exact: true }).click()
  await expect(steps.row('Desk')).toBeVisible()
  const { id, version } = await steps.find('global', 'Desk')
  await steps.call('PUT', `/credentials/${id}/grants`, { grants: [{ principal: 'everyone', level: 'use' }], version })
})

test('Draft → Review → Approved is built, with a webhook on approval', async () => {
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Workflows' }).click()
  await page.getByRole('link', { name: 'Create workflow' }).first().click()
  await page.getByRole('link', { name: 'Begin: Draft → Review → Approved' }).click()
  await page.getByRole('button', { name: 'Add trigger' }).click()
  const trigger = page.getByRole('list', { name: 'Triggers' }).getByRole('listitem').first()
  await expect(trigger.getByLabel('Name', { exact: true })).toBeFocused()
  await page.keyboard.type('Tell the desk')
  await trigger.getByRole('combobox', { name: 'When' }).click()
  await page.getByRole('option', { name: 'Page approved' }).click()
  await page.getByRole('option', { name: 'Status changed' }).click()
  await page.keyboard.press('Escape')
  await trigger.getByRole('button', { name: 'Add condition' }).click()
  await trigger.getByLabel('Value').selectOption({ label: 'Approved' })
  await trigger.getByRole('button', { name: 'Add action' }).click()
  await page.getByRole('menuitem', { name: 'Call a system, with a credential' }).click()
  await trigger.getByRole('combobox', { name: 'Credential' }).click()
  await page.getByRole('option', { name: /Desk.*Global/ }).click()
  await trigger.getByLabel('URL').fill(`http://${sink.host}/approved`)
  await expect(trigger.getByText('The credential may be sent there.')).toBeVisible()
  await trigger.getByRole('radiogroup', { name: 'Kind of body' }).getByText('JSON').click()
  const body = trigger.getByRole('textbox', { name: 'JSON body' })
  await body.fill('{ "title": "${page.title}", "version": "${page.version}", "by": "${user.name}" }')
  await body.blur()
  await page.getByRole('region', { name: 'General' }).getByLabel('Enabled').check()
  await expect(page.getByText(/^Nothing is missing/)).toBeVisible()
  await page.getByRole('button', { name: 'Create workflow' }).click()
  const dialog = page.getByRole('dialog', { name: 'The signing secret' })
  secret = await dialog.getByLabel('Secret', { exact: true }).inputValue()
  await dialog.getByRole('button', { name: 'I have copied it' }).click()
  await expect(page.getByText('All is saved.')).toBeVisible()
})

test('a dry run sends nothing and shows the exact request', async () => {
  await page.getByRole('tab', { name: 'Dry run' }).click()
  await page.getByRole('combobox', { name: 'Page' }).fill(titleOf(0))
  await page
    .getByRole('option', { name: titleOf(0) })
    .first()
    .click()
  await page.getByLabel('From status').selectOption({ label: 'Review' })
  await page.getByLabel('To status').selectOption({ label: 'Approved' })
  await page.getByRole('button', { name: 'Dry run' }).click()
  const request = page.getByRole('region', { name: /^Request: POST/ })
  await expect(request).toContainText('authorization: [secret]')
  await expect(request).toContainText(titleOf(0))
  expect(received).toEqual([])
})

test('a page that is edited in Confluence and approved here is told of, with the header and a valid signature', async () => {
  const { id, externalId } = pageAt(0)
  stack.simulator.control.editPage(externalId, { storage: '<p>Another text.</p>' })
  await steps.call('POST', `/integrations/${integrationId}/sync`, { mode: 'incremental' })
  await untilSynced()
  const { version } = await steps.call('GET', `/documents/${id}`)
  await page.goto(`/spaces/SUP/documents/${id}`)
  await takeStep(page, 'Ask for review')
  await reviewing.goto('/approvals')
  await reviewing
    .getByRole('row')
    .filter({ hasText: titleOf(0) })
    .getByRole('link', { name: titleOf(0) })
    .click()
  await takeStep(reviewing, 'Approve')
  await expect(panelOf(reviewing).getByText('Approved', { exact: true })).toBeVisible()
  await expect.poll(() => received.length).toBe(1)
  const [{ headers, body } = { headers: {}, body: '' }] = received
  expect(headers.authorization).toBe(`Bearer ${TOKEN}`)
  const told = new Webhook(secret).verify(body, {
    'webhook-id': String(headers['webhook-id']),
    'webhook-timestamp': String(headers['webhook-timestamp']),
    'webhook-signature': String(headers['webhook-signature']),
  })
  expect(told).toEqual({ title: titleOf(0), version, by: reviewer.name })
})

test('the deliveries show it; a broken receiver is tried again, and a replay reaches it once it is mended', async () => {
  test.setTimeout(120_000)
  await goToDeliveries()
  await expect(rowOf(0)).toContainText('Sent')
  isBroken = true
  const { items } = await steps.call('GET', '/scopes/global/workflows')
  const call = stepsOn(reviewing, stack.url).call
  for (const to of ['review', 'approved'])
    await call('POST', `/documents/${pageAt(1).id}/transition`, { workflowId: items[0].id, to })
  await goToDeliveries()
  await expect(rowOf(1)).toContainText('Failed, will retry')
  await rowOf(1)
    .getByRole('link', { name: titleOf(1) })
    .click()
  // The second attempt comes by itself after five seconds.
  await expect(page.getByText('Attempt 2')).toBeVisible({ timeout: 40_000 })
  isBroken = false
  await page.getByRole('button', { name: 'Replay' }).click()
  await page.getByRole('dialog', { name: 'Send it again?' }).getByRole('button', { name: 'Replay' }).click()
  await expect(page.getByRole('status').filter({ hasText: /^Sent$/ })).toBeVisible()
  const ids = received.slice(1).map(({ headers }) => headers['webhook-id'])
  expect(ids).toHaveLength(3)
  expect(new Set(ids).size).toBe(1)
})

function pageAt(index: number) {
  const found = pages[index]
  if (found === undefined) throw new Error('The sample site has fewer pages')
  return found
}

function titleOf(index: number): string {
  return pageAt(index).title
}

function panelOf(where: Page) {
  return where.getByRole('region', { name: 'Review and approve' })
}

async function takeStep(where: Page, name: string): Promise<void> {
  await panelOf(where).getByRole('button', { name }).click()
  await where.getByRole('dialog', { name }).getByRole('button', { name }).click()
  await expect(where.getByRole('dialog')).toHaveCount(0)
}

function rowOf(index: number) {
  return page
    .getByRole('table', { name: 'Deliveries' })
    .getByRole('row')
    .filter({ hasText: titleOf(index) })
}

async function goToDeliveries(): Promise<void> {
  await page.goto('/settings/deliveries')
  await expect(page.getByRole('heading', { level: 1, name: 'Deliveries' })).toBeVisible()
}

async function untilSynced(): Promise<void> {
  const status = async () => (await steps.call('GET', `/integrations/${integrationId}/runs`)).items[0]?.status
  await expect.poll(status, { timeout: 120_000 }).toBe('succeeded')
}
