import type { IncomingHttpHeaders } from 'node:http'
import { type Browser, type Page, expect, test } from '@playwright/test'
import { type Steps, stepsOn } from './credential-steps.ts'
import { signIn } from './fixtures.ts'
import { type Publishing, TOKEN, author, reviewer, startPublishing } from './publishing.ts'
import { seriousFaults } from './serious-faults.ts'
import { type Sink, startSink } from './sink.ts'
import { type Stack, admin, startStack } from './stack.ts'

// From the author who asks for review to the receiver that hears of the approval, also when it was away meanwhile. Each
// step stands on the one before.
test.describe.configure({ mode: 'serial' })

const received: IncomingHttpHeaders[] = []
let isBroken = false
let sink: Sink
let stack: Stack
let ada: Person
let maya: Person
let rolf: Person
let publishing: Publishing

type Person = { page: Page; call: Steps['call'] }

test.beforeAll(async ({ browser }) => {
  test.setTimeout(180_000)
  sink = await startSink((headers) => {
    received.push(headers)
    return isBroken ? 503 : 200
  })
  stack = await startStack({ withAdmin: true, allow: sink.host })
  ada = await enter(browser, admin)
  publishing = await startPublishing(ada.call, stack, sink.host)
  maya = await enter(browser, author)
  rolf = await enter(browser, reviewer)
})

test.afterAll(async () => {
  for (const person of [ada, maya, rolf]) await person?.page.context().close()
  await stack?.[Symbol.asyncDispose]()
  await sink?.[Symbol.asyncDispose]()
})

test('the author asks for review on the page, and learns why she may not approve', async () => {
  const { page } = maya
  await page.goto(addressOf(0))
  const panel = page.getByRole('region', { name: 'Publish' })
  await expect(panel.getByText('Draft', { exact: true })).toBeVisible()
  await panel.getByRole('button', { name: 'Ask for review' }).click()
  const dialog = page.getByRole('dialog', { name: 'Ask for review' })
  await expect(dialog).toContainText('The page goes from Draft to In review.')
  await dialog.getByLabel('Comment').fill('Please look at the second part.')
  await dialog.getByRole('button', { name: 'Ask for review' }).click()
  await expect(panel.getByText('In review', { exact: true })).toBeVisible()
  await expect(panel).toContainText('0 of 1 approval')
  const approve = panel.getByRole('button', { name: 'Approve' })
  await expect(approve).toHaveAttribute('aria-disabled', 'true')
  await expect(approve).toHaveAccessibleDescription(/Rolf Reviewer/)
})

test('the reviewer finds it under his approvals, and approves it with a comment', async () => {
  const { page } = rolf
  await page.goto('/spaces')
  await page.getByRole('link', { name: 'My approvals, 1 waiting' }).click()
  const { title } = pageAt(0)
  const row = page.getByRole('row').filter({ hasText: title })
  await expect(row).toContainText('0 of 1')
  await row.getByRole('link', { name: title }).click()
  const panel = page.getByRole('region', { name: 'Publish' })
  await panel.getByRole('button', { name: 'Approve' }).click()
  const dialog = page.getByRole('dialog', { name: 'Approve' })
  await dialog.getByRole('button', { name: 'Approve' }).click()
  await expect(dialog.getByLabel('Comment')).toHaveAccessibleDescription('“Approve” needs a comment.')
  await expect(dialog.getByLabel('Comment')).toBeFocused()
  await dialog.getByLabel('Comment').fill('Fine.')
  await dialog.getByRole('button', { name: 'Approve' }).click()
  await expect(panel.getByText('Approved', { exact: true })).toBeVisible()
  await expect(page.getByRole('link', { name: 'My approvals', exact: true })).toBeVisible()
  await panel.getByText('History').click()
  const history = panel.getByRole('list', { name: 'History' })
  await expect(history.getByRole('listitem').filter({ hasText: 'Fine.' }).first()).toContainText(reviewer.name)
  await expect(history).toContainText('Please look at the second part.')
})

test('the receiver was told with the credential, and the list shows it as sent', async () => {
  await expect.poll(() => received.length).toBe(1)
  expect(received[0]).toMatchObject({
    authorization: `Bearer ${TOKEN}`,
    'webhook-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
    'webhook-signature': expect.stringMatching(/^v1,/),
  })
  const { page } = ada
  await goToDeliveries(page)
  const row = rowOf(page, 0)
  await expect(row).toContainText('Sent')
  await row.getByRole('link', { name: pageAt(0).title }).click()
  const attempt = page.getByRole('region', { name: 'Attempts' })
  await expect(attempt).toContainText('Status 200')
  const timing = attempt.getByRole('list', { name: 'Timing' })
  await expect(timing).toContainText(/First byte [\d.]+ m?s/)
  await expect(timing).toContainText(/Total [\d.]+ m?s/)
  await expect(page.getByRole('main')).toContainText('authorization: [secret]')
  await expect(page.getByRole('main')).not.toContainText(TOKEN)
})

test('while the receiver fails, the delivery says when it is tried again; mended, a replay sends it', async () => {
  test.setTimeout(120_000)
  isBroken = true
  await approve(1)
  const { page } = ada
  await goToDeliveries(page)
  const row = rowOf(page, 1)
  await expect(row).toContainText('Failed, will retry')
  // Its second attempt comes after five seconds, the third after five minutes: the page tells of both by itself.
  await expect(row).toContainText(/in [45] minutes/, { timeout: 40_000 })
  await expect(page.getByRole('region', { name: 'Receivers' })).toContainText(sink.host)
  await row.getByRole('link', { name: pageAt(1).title }).click()
  await expect(page.getByRole('main')).toContainText(/Next attempt in [45] minutes/)
  await expect(page.getByText('Attempt 2')).toBeVisible()
  isBroken = false
  await page.getByRole('button', { name: 'Replay' }).click()
  const dialog = page.getByRole('dialog', { name: 'Send it again?' })
  await dialog.getByLabel('Reason').fill('The receiver is back.')
  await dialog.getByRole('button', { name: 'Replay' }).click()
  await expect(page.getByRole('status').filter({ hasText: /^Sent$/ })).toBeVisible()
  await expect(page.getByText('Attempt 3')).toBeVisible()
  const ids = received.slice(1).map((headers) => headers['webhook-id'])
  expect(new Set(ids).size).toBe(1)
})

test('recovering says how many before it sends them', async () => {
  test.setTimeout(120_000)
  isBroken = true
  await approve(2)
  const { page } = ada
  await goToDeliveries(page)
  await expect(rowOf(page, 2)).toContainText(/in [45] minutes/, { timeout: 40_000 })
  isBroken = false
  await page.getByLabel('Status').selectOption('Failed, will retry')
  await expect(page).toHaveURL(/status=failed/)
  await expect(page.getByRole('table', { name: 'Deliveries' }).getByRole('row')).toHaveCount(2)
  await page.getByRole('button', { name: 'Recover…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Recover deliveries' })
  await dialog.getByLabel('Receiver').selectOption(sink.host)
  await expect(dialog.getByRole('status')).toHaveText('1 delivery would be sent again.')
  await dialog.getByRole('button', { name: 'Send 1 delivery again' }).click()
  await expect(page.getByText('1 delivery will be sent again')).toBeVisible()
  await page.getByLabel('Status').selectOption('All')
  await expect(rowOf(page, 2)).toContainText('Sent')
})

test('the charts are a table, too', async () => {
  const { page } = ada
  await page.getByText('The charts as a table').click()
  const table = page.getByRole('table', { name: 'Attempts over time' })
  await expect(table.getByRole('row').nth(1)).toBeVisible()
})

test('the report counts the pages of the space, and lists those behind a figure', async () => {
  const { page } = maya
  await page.goto(`/spaces/${publishing.space}`)
  await page.getByRole('link', { name: 'Report', exact: true }).click()
  const workflow = page.getByRole('region', { name: 'Publish', exact: true })
  await expect(workflow.getByRole('listitem').filter({ hasText: 'Approved' })).toContainText('3 pages')
  await workflow.getByRole('link', { name: 'Approved', exact: true }).click()
  const list = page.getByRole('region', { name: 'Pages in Approved' })
  await expect(list.getByRole('row')).toHaveCount(4)
  await list.getByRole('link', { name: pageAt(1).title }).click()
  await expect(page.getByRole('heading', { level: 1, name: pageAt(1).title })).toBeVisible()
})

test('who comes second is told what happened meanwhile', async () => {
  const { page } = maya
  await page.goto(addressOf(3))
  const panel = page.getByRole('region', { name: 'Publish' })
  await panel.getByRole('button', { name: 'Ask for review' }).click()
  const { workflowId } = publishing
  await rolf.call('POST', `/documents/${pageAt(3).id}/transition`, { workflowId, to: 'review' })
  const dialog = page.getByRole('dialog', { name: 'Ask for review' })
  await dialog.getByRole('button', { name: 'Ask for review' }).click()
  await expect(dialog.getByRole('alert')).toContainText('Look at it again.')
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await expect(panel.getByText('In review', { exact: true })).toBeVisible()
})

test('what notifications lead to is found', async () => {
  const { page } = ada
  await page.goto(`/deliveries?status=dead&receiver=${encodeURIComponent(`http://${sink.host}`)}&space=SUP`)
  await expect(page).toHaveURL(/\/spaces\/SUP\/settings\/deliveries\?/)
  await expect(page.getByText('No delivery fits these filters.')).toBeVisible()
  await page.getByRole('button', { name: `Show all receivers, not only ${sink.host}` }).click()
  await expect(page).not.toHaveURL(/receiver/)
  await page.goto(`/documents/${pageAt(1).id}`)
  await expect(page.getByRole('heading', { level: 1, name: pageAt(1).title })).toBeVisible()
})

test('deliveries of a space are open to its admins, and to nobody below', async () => {
  const { page } = rolf
  const { space } = publishing
  await page.goto(`/spaces/${space}/settings/deliveries`)
  await expect(page.getByRole('heading', { name: 'Not open to you' })).toHaveCount(1)
  const { members } = await ada.call('GET', `/spaces/${space}/members`)
  await ada.call('PUT', `/spaces/${space}/members`, {
    members: members.map(({ principal }: { principal: string }) => ({ principal, role: 'admin' })),
  })
  await page.reload()
  await rowOf(page, 1)
    .getByRole('link', { name: pageAt(1).title })
    .click()
  await expect(page.getByRole('heading', { level: 1, name: `Delivery to ${sink.host}` })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Replay' })).toBeEnabled()
})

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [1200, 400]) {
    test(`no fault of access, and nothing beside the screen, in ${colorScheme} at ${width} px`, async ({
      browser,
    }, info) => {
      test.setTimeout(180_000)
      const { page } = await enter(browser, admin, { colorScheme, width })
      const { items } = await ada.call('GET', '/deliveries')
      const paths = {
        page: addressOf(3),
        deliveries: '/settings/deliveries',
        recover: '/settings/deliveries?dialog=recover',
        space: `/spaces/${publishing.space}/settings/deliveries`,
        delivery: `/settings/deliveries/${items[0].id}`,
        approvals: '/approvals',
        report: `/spaces/${publishing.space}/report?workflow=${publishing.workflowId}&status=approved`,
      }
      for (const [name, path] of Object.entries(paths)) {
        await page.goto(path)
        await expect(page.getByRole('heading', { level: 1 }).first()).toBeVisible()
        if (name === 'page') await expect(page.getByRole('region', { name: 'Publish' })).toBeVisible()
        if (name === 'deliveries' || name === 'space')
          await expect(page.locator('.recharts-surface').first()).toBeAttached()
        await expect(page.locator('[aria-busy=true]')).toHaveCount(0)
        await page.screenshot({ path: info.outputPath(`${name}.png`), fullPage: true })
        expect.soft(await seriousFaults(page), name).toEqual([])
        const excess = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
        expect.soft(excess, name).toBeLessThanOrEqual(0)
      }
      await page.context().close()
    })
  }
}

async function enter(
  browser: Browser,
  person: { email: string; password: string },
  { colorScheme = 'light', width = 1200 }: { colorScheme?: 'light' | 'dark'; width?: number } = {},
): Promise<Person> {
  const viewport = { width, height: 850 }
  const context = await browser.newContext({ baseURL: stack.url, viewport, colorScheme, reducedMotion: 'reduce' })
  const page = await context.newPage()
  await signIn(page.request, stack.url, person)
  return { page, call: stepsOn(page, stack.url).call }
}

function pageAt(index: number): { id: string; title: string } {
  const page = publishing.pages[index]
  if (page === undefined) throw new Error('The sample site has fewer pages')
  return page
}

function addressOf(index: number): string {
  return `/spaces/${publishing.space}/documents/${pageAt(index).id}`
}

function rowOf(page: Page, index: number) {
  return page
    .getByRole('table', { name: 'Deliveries' })
    .getByRole('row')
    .filter({ hasText: pageAt(index).title })
}

/** Asks for review and approves, past the pages. */
async function approve(index: number): Promise<void> {
  const path = `/documents/${pageAt(index).id}/transition`
  const { workflowId } = publishing
  await maya.call('POST', path, { workflowId, to: 'review' })
  await rolf.call('POST', path, { workflowId, to: 'approved', comment: 'Good.' })
}

async function goToDeliveries(page: Page): Promise<void> {
  await page.goto('/spaces')
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Deliveries' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Deliveries' })).toBeVisible()
}
