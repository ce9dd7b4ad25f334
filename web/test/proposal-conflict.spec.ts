import { type Page, expect, test } from '@playwright/test'
import { type Site, connectSample, signIn } from './fixtures.ts'
import { seriousFaults } from './serious-faults.ts'
import { type Stack, admin, startStack } from './stack.ts'

// A proposed edit meets a page that was changed in Confluence meanwhile. Each step stands on the one before.
test.describe.configure({ mode: 'serial' })

const title = 'Lamps of the lock'
const renamed = 'Lamps of the old lock'

let stack: Stack
let site: Site
let page: Page
let id: string
let externalId: string
let key: string

test.beforeAll(async ({ browser }) => {
  test.setTimeout(150_000)
  stack = await startStack({ withAdmin: true })
  site = await connectSample(stack)
  const context = await browser.newContext({
    baseURL: stack.url,
    viewport: { width: 1200, height: 850 },
    reducedMotion: 'reduce',
  })
  page = await context.newPage()
  await signIn(page.request, stack.url, admin)
  const storage = '<p>The lamp is red.</p><p>Between.</p><p>The horn is loud.</p>'
  const made = await site.call('POST', '/documents', { space: 'SUP', title, storage })
  id = String(made.id)
  externalId = String(made.externalId)
  key = String((await site.call('POST', '/api-keys', { name: 'agent', scopes: ['read', 'propose'] })).key)
})

test.afterAll(async () => {
  await page?.context().close()
  await stack?.[Symbol.asyncDispose]()
})

test('an approval that meets another change leads to the choice between both sides', async () => {
  const proposal = await propose('The lamp is red.', 'The lamp is blue.')
  editThere('The lamp is red.', 'The lamp is green.')
  await page.goto(`/spaces/SUP/proposals/${proposal}`)
  await page.getByRole('button', { name: 'Approve' }).click()
  const dialog = page.getByRole('dialog', { name: 'Approve and publish' })
  await dialog.getByLabel('Reason').fill('Both know something')
  await dialog.getByRole('button', { name: 'Approve' }).click()
  await expect(dialog.getByRole('alert')).toContainText('Nothing was published')
  expect(await seriousFaults(page)).toEqual([])
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await expect(page.getByText('The page has changed in the same places since')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Approve' })).toBeHidden()
  await page.goto('/spaces/SUP/proposals')
  await expect(page.getByRole('row').filter({ hasText: title })).toContainText('Outdated')
  await page.getByRole('link', { name: title }).click()
  await page.getByRole('link', { name: 'Resolve conflict' }).click()

  await expect(page.getByRole('heading', { level: 1, name: 'Resolve conflict' })).toBeVisible()
  await expect(page.getByRole('heading', { name: /changed the same place/ })).toBeFocused()
  const block = page.getByRole('region', { name: 'Place 1 of 1' })
  await expect(block.getByRole('region', { name: 'Proposed' })).toContainText('The lamp is blue.')
  await expect(block.getByRole('region', { name: 'In Confluence' })).toContainText('The lamp is green.')
  await expect(page.getByRole('button', { name: 'Publish' })).toHaveAccessibleDescription(/Choose a side/)
  expect(await seriousFaults(page)).toEqual([])
  expect(stack.simulator.control.page(externalId)).toMatchObject({ version: 2 })
})

test('choices outlive a reload, and a page that changes once more asks once more', async () => {
  const block = page.getByRole('region', { name: 'Place 1 of 1' })
  await block.getByRole('radio', { name: 'Both, the proposed first' }).check()
  await page.getByLabel('Reason').fill('Both know something')
  page.once('dialog', (dialog) => void dialog.accept())
  await page.reload()
  await expect(block.getByRole('radio', { name: 'Both, the proposed first' })).toBeChecked()
  await expect(page.getByText('All is decided.')).toBeVisible()
  editThere('The lamp is green.', 'The lamp is yellow.')
  editThere('The horn is loud.', 'The horn is very loud.')
  stack.simulator.control.editPage(externalId, { title: renamed })
  await page.getByRole('button', { name: 'Publish' }).click()
  await expect(block.getByRole('region', { name: 'Your choice' })).toContainText('The lamp is blue.')
  await expect(block.getByRole('region', { name: 'In Confluence' })).toContainText('The lamp is yellow.')
  expect(stack.simulator.control.page(externalId).storage).not.toContain('blue')

  page.once('dialog', (dialog) => void dialog.accept())
  await page.reload()
  await expect(block.getByRole('region', { name: 'Your choice' })).toContainText('The lamp is green.')
  await block.getByRole('radio', { name: 'Your choice', exact: true }).check()
  await page.getByRole('button', { name: 'Publish' }).click()
  await expect(page.getByText(`“${renamed}” was published`)).toBeVisible()
  await expect(page.getByText(/: Both know something/)).toBeVisible()
  const { storage, version, title: kept } = stack.simulator.control.page(externalId)
  expect(kept).toBe(renamed)
  expect(storage).toBe('<p>The lamp is blue.</p><p>The lamp is green.</p><p>Between.</p><p>The horn is very loud.</p>')
  expect(await seriousFaults(page)).toEqual([])
  await page.getByRole('link', { name: `Version ${version} of the page` }).click()
  await expect(page.getByRole('heading', { name: `From version ${version - 1} to ${version}` })).toBeVisible()
  const { items } = await site.call('GET', '/audit?action=proposal.approved')
  const { user } = await site.call('GET', '/me')
  expect(items).toMatchObject([{ actor: user.id, detail: { version, resolved: true } }])
})

test('a conflict that is over by itself is published as it was proposed', async () => {
  const proposal = await propose('Between.', 'In between.')
  editThere('Between.', 'Amid.')
  await page.setViewportSize({ width: 400, height: 800 })
  await page.goto(`/spaces/SUP/proposals/${proposal}/resolve`)
  await expect(page.getByRole('region', { name: 'Place 1 of 1' })).toBeVisible()
  const excess = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
  expect(excess).toBeLessThanOrEqual(0)
  editThere('Amid.', 'Between.')
  await page.reload()
  await expect(page.getByText('There is no conflict any more')).toBeVisible()
  await expect(page.getByRole('list', { name: 'Changes' })).toContainText('In between.')
  expect(await seriousFaults(page)).toEqual([])
  await page.getByRole('button', { name: 'Publish' }).click()
  await expect(page.getByText(`“${renamed}” was published`)).toBeVisible()
  expect(stack.simulator.control.page(externalId).storage).toContain('In between.')
  await page.goto(`/spaces/SUP/proposals/${proposal}/resolve`)
  await expect(page.getByText('Somebody has decided on this proposal.')).toBeVisible()
})

test('an approver starts over from the proposed edit', async () => {
  const proposal = await propose('The horn is very loud.', 'The horn is low.')
  editThere('The horn is very loud.', 'The horn is shrill.')
  await page.goto(`/spaces/SUP/proposals/${proposal}/resolve`)
  const block = page.getByRole('region', { name: 'Place 1 of 1' })
  await block.getByRole('radio', { name: 'Both, the proposed first' }).check()
  editThere('The horn is shrill.', 'The horn is silent.')
  await page.getByRole('button', { name: 'Publish' }).click()
  await expect(block.getByRole('region', { name: 'Your choice' })).toContainText('The horn is shrill.')
  await page.getByRole('button', { name: 'Start over' }).click()
  await expect(block.getByRole('region', { name: 'Proposed' })).toContainText('The horn is low.')
  await expect(block.getByRole('region', { name: 'In Confluence' })).toContainText('The horn is silent.')
  await expect(block.getByRole('radiogroup', { name: 'Keep' }).getByRole('radio', { checked: true })).toHaveCount(0)
  await block.getByRole('radio', { name: 'Proposed', exact: true }).check()
  await page.getByRole('button', { name: 'Publish' }).click()
  await expect(page.getByText(`“${renamed}” was published`)).toBeVisible()
  expect(stack.simulator.control.page(externalId).storage).toContain('<p>The horn is low.</p>')
})

/** The id of a proposed edit that replaces some words. */
async function propose(before: string, after: string): Promise<string> {
  const { storage, version } = stack.simulator.control.page(externalId)
  const answer = await page.request.put(`/api/v1/documents/${id}`, {
    headers: { authorization: `Bearer ${key}`, cookie: '' },
    data: { version, storage: replaced(storage, before, after) },
  })
  expect(answer.status(), await answer.text()).toBe(202)
  return String((await answer.json()).id)
}

/** Somebody edits the page in Confluence. */
function editThere(before: string, after: string): void {
  const { storage } = stack.simulator.control.page(externalId)
  stack.simulator.control.editPage(externalId, { storage: replaced(storage, before, after) })
}

function replaced(storage: string, before: string, after: string): string {
  if (!storage.includes(before)) throw new Error(`The page does not hold “${before}”: ${storage}`)
  return storage.replace(before, after)
}
