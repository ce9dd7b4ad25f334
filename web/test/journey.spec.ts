import { type Page, expect, test } from '@playwright/test'
import { type Stack, admin, botEmail, setupToken, startStack } from './stack.ts'

// One person's way through the product, from the first visit on. Each step stands on the one before.
test.describe.configure({ mode: 'serial' })

let stack: Stack
let page: Page

test.beforeAll(async ({ browser }) => {
  test.setTimeout(120_000)
  stack = await startStack({ pages: 2000, latencyMs: 300 })
  page = await browser.newPage({ baseURL: stack.url, viewport: { width: 1200, height: 850 } })
})

test.afterAll(async () => {
  await page?.close()
  await stack?.[Symbol.asyncDispose]()
})

test('the first visit leads to set-up, whose faults stand at their fields', async () => {
  await page.goto('/')
  await expect(page.getByRole('heading', { name: 'Set up Lockkeeper' })).toBeVisible()
  await page.getByLabel('Set-up token', { exact: true }).fill('wrong')
  await page.getByLabel('Name', { exact: true }).fill(admin.name)
  await page.getByLabel('E-mail').fill(admin.email)
  await page.getByLabel('Password', { exact: true }).fill('short')
  await page.getByRole('button', { name: 'Set up' }).click()
  await expect(page.getByText('Use at least 12 characters.')).toBeVisible()
  await page.getByLabel('Password', { exact: true }).fill(admin.password)
  await page.getByRole('button', { name: 'Set up' }).click()
  await expect(
    page
      .getByText(/token/i)
      .filter({ hasText: /not|wrong/i })
      .first(),
  ).toBeVisible()
  await page.getByLabel('Set-up token', { exact: true }).fill(setupToken)
  await page.getByRole('button', { name: 'Set up' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Integrations' })).toBeVisible()
})

test('the new admin signs out and in again', async () => {
  await page.getByRole('button', { name: /^Account of/ }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await page.getByLabel('E-mail').fill(admin.email)
  await page.getByLabel('Password', { exact: true }).fill(admin.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Spaces' })).toBeVisible()
  await expect(page.getByRole('link', { name: 'Connect Confluence' })).toBeVisible()
})

test('the catalogue is searched and Confluence chosen', async () => {
  await page.getByRole('link', { name: 'Integrations' }).click()
  await page.getByRole('link', { name: '+ Add integration' }).click()
  const search = page.getByRole('searchbox', { name: 'Search the catalogue' })
  await search.fill('nothing like it')
  await expect(page.getByText('Nothing is called')).toBeVisible()
  await search.fill('confl')
  await page.getByRole('link', { name: 'Confluence' }).click()
  await expect(page.getByRole('tab', { name: 'Basic' })).toHaveAttribute('aria-selected', 'true')
})

test('the wizard asks for a name, then names a wrong key, then connects', async () => {
  await expect(page.getByRole('checkbox', { name: 'Content management' })).toBeChecked()
  await page.getByRole('button', { name: 'Next' }).click()
  await expect(page.getByText('Give it a name.')).toBeVisible()
  await page.getByLabel('Integration name').fill('Support handbook')
  await page.getByRole('button', { name: 'Next' }).click()
  await page.getByRole('button', { name: 'Connect' }).click()
  await expect(page.getByText('Give the username', { exact: false })).toBeVisible()
  await expect(page.getByText('Give the API key.')).toBeVisible()
  await expect(page.getByText('Give the Confluence domain.')).toBeVisible()
  await page.getByLabel('Username').fill(botEmail)
  await page.getByLabel('API key', { exact: true }).fill('not-the-key')
  await page.getByLabel('Confluence domain').fill(stack.confluence)
  await page.getByRole('button', { name: 'Connect' }).click()
  await expect(page.getByRole('alert')).toContainText(/key/i)
  await page.getByLabel('API key', { exact: true }).fill(stack.apiKey)
  await page.getByLabel('API key expires').fill(inDays(10))
  await page.getByRole('button', { name: 'Connect' }).click()
  await expect(page.getByText('“Support handbook” is connected')).toBeVisible()
  const first = page.getByRole('list', { name: 'Integrations' }).getByRole('listitem').first()
  await expect(first).toContainText('Support handbook')
  await expect(first).toContainText(/Key expires in (9|10) days/)
  // So that the first sync can still be watched.
  stack.simulator.control.setLatency(1500)
})

test('the sync is watched until it has succeeded', async () => {
  await page.getByRole('link', { name: 'Spaces', exact: true }).click()
  await expect(page.getByText(/^Still importing: /)).toBeVisible()
  await page.getByRole('link', { name: 'Integrations' }).click()
  await page.getByRole('link', { name: 'Support handbook' }).click()
  await expect(page.getByRole('heading', { name: 'Full sync in progress' })).toBeVisible()
  stack.simulator.control.setLatency(300)
  await expect(page.getByRole('progressbar', { name: 'All spaces' })).toBeVisible()
  const history = page.getByRole('list', { name: 'Sync runs' })
  await expect(history.getByRole('listitem').first()).toContainText('Succeeded', { timeout: 60_000 })
  await history.getByRole('link', { name: 'Full sync' }).click()
  await expect(page.getByRole('heading', { name: 'Skipped' })).toBeVisible()
  await expect(page.getByRole('list', { name: 'Progress per space' }).getByRole('listitem').first()).toBeVisible()
})

test('spaces, their tree and a page can be read', async () => {
  await page.getByRole('link', { name: 'Spaces', exact: true }).click()
  await page.getByRole('list', { name: 'Spaces' }).getByRole('link', { name: 'Sorrelby Support Handbook' }).click()
  const tree = page.getByRole('tree')
  const home = tree.getByRole('treeitem', { name: 'Sorrelby Support Handbook' })
  await home.click()
  await expect(page.getByRole('heading', { level: 1, name: 'Sorrelby Support Handbook' }).first()).toBeVisible()
  await home.press('ArrowRight')
  await tree.getByRole('treeitem', { name: 'Getting started' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Getting started' })).toBeVisible()
  await expect(page.getByRole('link', { name: /Open in Confluence/ })).toHaveAttribute('rel', /noopener/)
  await expect(page.locator('.lk-document')).toContainText('Progress of a typical first day')
  await page.getByText('Storage', { exact: true }).click()
  await expect(page.getByText('ac:structured-macro').first()).toBeVisible()
  await page.getByText('Markdown', { exact: true }).click()
  await expect(page.locator('pre')).toContainText('Progress of a typical first day')
})

test('search finds, marks and filters', async () => {
  await page.keyboard.press('/')
  await page.keyboard.type('firmware')
  await page.keyboard.press('Enter')
  const results = page.getByRole('list', { name: 'Results' })
  await expect(results.locator('mark').first()).toContainText(/firmware/i)
  await expect(page.getByText(/^\d+ results?$/)).toBeVisible()
  await page.getByLabel('Kind').selectOption('blogpost')
  await expect(page).toHaveURL(/type=blogpost/)
  await expect(results.getByRole('listitem').first()).toContainText('Blog post')
  await page.getByLabel('Space', { exact: true }).selectOption('DEV')
  await expect(page).toHaveURL(/space=DEV/)
  await page.getByRole('button', { name: 'Clear filters' }).click()
  await results.getByRole('link').first().click()
  await expect(page.getByRole('navigation', { name: 'Breadcrumbs' })).toBeVisible()
})

test('a key revoked in Confluence fails the test of the connection, which says what to do', async () => {
  await page.getByRole('link', { name: 'Integrations' }).click()
  await page.getByRole('button', { name: 'Test connection' }).click()
  await expect(page.getByRole('dialog')).toContainText('The connection works')
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click()
  stack.simulator.control.revokeKey(botEmail)
  await page.getByRole('button', { name: 'Test connection' }).click()
  await expect(page.getByRole('dialog')).toContainText('The connection does not work')
  await expect(page.getByRole('dialog')).toContainText(/key/i)
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click()
  await expect(page.getByRole('list', { name: 'Integrations' }).getByRole('listitem').first()).toContainText(
    'Key rejected',
  )
})

test('a new key is given and the test passes', async () => {
  const renewed = 'ATATT-renewed-in-the-browser'
  stack.simulator.control.setKey(botEmail, renewed)
  await page.getByRole('button', { name: 'Edit' }).click()
  await page.getByRole('tab', { name: 'Authentication' }).click()
  await page.getByLabel('API key', { exact: true }).fill(renewed)
  await page.getByRole('button', { name: 'Update' }).click()
  await expect(page.getByText('“Support handbook” was updated')).toBeVisible()
  await page.getByRole('button', { name: 'Test connection' }).click()
  await expect(page.getByRole('dialog')).toContainText('The connection works')
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click()
  await expect(page.getByRole('list', { name: 'Integrations' }).getByRole('listitem').first()).toContainText(
    /Connected|Syncing/,
  )
})

test('changing the domain demands the key again', async () => {
  await page.getByRole('button', { name: 'Edit' }).click()
  await page.getByRole('tab', { name: 'Authentication' }).click()
  await page.getByLabel('Confluence domain').fill('https://elsewhere.example')
  await page.getByRole('button', { name: 'Update' }).click()
  await expect(page.getByLabel('API key', { exact: true })).toBeFocused()
  await expect(page.getByLabel('API key', { exact: true })).toHaveAccessibleDescription(/domain has changed/)
  await page.getByRole('link', { name: 'Cancel' }).click()
})

test('an integration is deleted after a question that says what goes with it', async () => {
  await page.getByRole('button', { name: 'Delete', exact: true }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog).toContainText('the connection and its API key')
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await expect(dialog).toBeHidden()
  await expect(page.getByRole('link', { name: 'Support handbook' })).toBeVisible()
  await page.getByRole('button', { name: 'Delete', exact: true }).click()
  await dialog.getByRole('button', { name: 'Delete integration' }).click()
  await expect(page.getByText('“Support handbook” was deleted')).toBeVisible()
  await expect(page.getByRole('heading', { name: 'Nothing is connected yet' })).toBeVisible()
})

function inDays(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)
}
