import { type Page, expect, test } from '@playwright/test'
import { type Steps, stepsOn } from './credential-steps.ts'
import { signIn } from './fixtures.ts'
import { type Stack, admin, startStack } from './stack.ts'

// Many credentials: they are searched, and what leaves one scope in a file comes into another. Each step stands on the one before.
test.describe.configure({ mode: 'serial' })

const passphrase = 'eleven sluices and a weir'
const scope = 'space:OPS'

let stack: Stack
let page: Page
let steps: Steps
let file: string

test.beforeAll(async ({ browser }) => {
  test.setTimeout(120_000)
  stack = await startStack({ withAdmin: true })
  page = await browser.newPage({ baseURL: stack.url, viewport: { width: 1200, height: 850 } })
  steps = stepsOn(page, stack.url)
  await signIn(page.request, stack.url, admin)
  await steps.call('POST', '/spaces', { key: 'OPS', name: 'Operations' })
  for (const place of ['global', scope]) await steps.call('POST', `/scopes/${place}/key`)
  const bearer = { kind: 'bearer', bearer: { token: 'sesame-travels' }, domains: ['desk.example.com'] }
  for (const name of ['CRM bot', 'Release hook', 'Ticket desk'])
    await steps.call('POST', '/scopes/global/credentials', { ...bearer, name })
})

test.afterAll(async () => {
  await page?.close()
  await stack?.[Symbol.asyncDispose]()
})

test('the list is searched by name', async () => {
  await steps.goTo('global')
  const search = page.getByRole('searchbox', { name: 'Search credentials by name' })
  await search.fill('desk')
  await expect(page.getByRole('table', { name: 'Credentials' }).getByRole('row')).toHaveCount(2)
  await expect(page).toHaveURL(/q=desk/)
  await search.fill('nothing like it')
  await expect(page.getByText('No credential is called “nothing like it”.')).toBeVisible()
  await search.fill('')
  await expect(page.getByRole('table', { name: 'Credentials' }).getByRole('row')).toHaveCount(4)
})

test('the credentials are exported under a passphrase that is given twice', async () => {
  await page.getByRole('button', { name: 'Export or import' }).click()
  await page.getByRole('menuitem', { name: 'Export…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Export credentials' })
  await dialog.getByLabel('Passphrase', { exact: true }).fill(passphrase)
  await dialog.getByLabel('Passphrase again').fill('not the same')
  await dialog.getByRole('button', { name: 'Export' }).click()
  await expect(dialog.getByLabel('Passphrase again')).toHaveAccessibleDescription(/not the same passphrase/)
  await dialog.getByLabel('Passphrase again').fill(passphrase)
  const download = page.waitForEvent('download')
  await dialog.getByRole('button', { name: 'Export' }).click()
  file = await (await download).path()
  await expect(page.getByText('3 credentials exported')).toBeVisible()
  await expect(dialog).toBeHidden()
})

test('an import shows what would happen before anything is written', async () => {
  await steps.goTo(scope)
  await page.getByRole('button', { name: 'Export or import' }).click()
  await page.getByRole('menuitem', { name: 'Import…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Import credentials' })
  await dialog.getByRole('button', { name: 'Preview' }).click()
  await expect(dialog.getByText('Choose a file.')).toBeVisible()
  await dialog.locator('input[type=file]').setInputFiles(file)
  await dialog.getByLabel('Passphrase', { exact: true }).fill('not the passphrase')
  await dialog.getByRole('button', { name: 'Preview' }).click()
  await expect(dialog.getByText(/passphrase does not fit/i)).toBeVisible()
  await dialog.getByLabel('Passphrase', { exact: true }).fill(passphrase)
  await dialog.getByRole('button', { name: 'Preview' }).click()
  await expect(dialog.getByRole('table', { name: 'Preview of the import' }).getByRole('row')).toHaveCount(4)
  await expect(page.getByRole('heading', { name: 'No credentials yet' })).toBeVisible()
  await dialog.getByRole('button', { name: 'Import 3 credentials' }).click()
  await expect(dialog).toBeHidden()
  await expect(steps.row('CRM bot')).toBeVisible()
  const { id, version } = await steps.find(scope, 'CRM bot')
  await steps.call('PATCH', `/credentials/${id}`, { version, name: 'Other bot' })
  await page.getByRole('button', { name: 'Export or import' }).click()
  await page.getByRole('menuitem', { name: 'Import…' }).click()
  await dialog.locator('input[type=file]').setInputFiles(file)
  await dialog.getByLabel('Passphrase', { exact: true }).fill(passphrase)
  await dialog.getByRole('button', { name: 'Preview' }).click()
  await expect(dialog.getByText('Skipped')).toHaveCount(2)
  await dialog.getByRole('radio', { name: 'Import it under a new name' }).check()
  await dialog.getByRole('button', { name: 'Preview' }).click()
  await expect(dialog.getByRole('button', { name: 'Import 3 credentials' })).toBeVisible()
  await page.keyboard.press('Escape')
})
