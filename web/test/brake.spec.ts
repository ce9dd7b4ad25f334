import { type Site, connectSample, expect, signIn, test } from './fixtures.ts'
import { admin, type Stack, startStack } from './stack.ts'

let stack: Stack
let site: Site
test.beforeAll(async () => {
  stack = await startStack({ withAdmin: true })
  site = await connectSample(stack)
})
test.afterAll(async () => stack[Symbol.asyncDispose]())

/** Throws half of the largest space away for good; how many pages. */
function purgeHalf({ simulator: { control } }: Stack): { space: string; gone: number } {
  const pages = control.truth().nodes.filter((node) => node.kind === 'page' && node.parentId !== null)
  const [largest] = [...Map.groupBy(pages, (page) => page.space)].toSorted((a, b) => b[1].length - a[1].length)
  if (largest === undefined) throw new Error('the sample site has no pages')
  const [space, own] = largest
  const childless = own.filter((page) => !pages.some((other) => other.parentId === page.id))
  const gone = childless.slice(-Math.max(20, Math.ceil(own.length / 2)))
  for (const page of gone) control.purgePage(page.id)
  return { space, gone: gone.length }
}

test('what would go at once is held back until an admin has looked at it and confirmed', async ({ page }) => {
  const { integrationId, call } = site
  const { gone } = purgeHalf(stack)
  expect(gone).toBeGreaterThanOrEqual(20)
  await sweep()

  await signIn(page.request, stack.url, admin)
  await page.goto(`${stack.url}/settings/integrations/${integrationId}`)
  const notice = page.getByRole('alert').filter({ hasText: 'Needs a decision' })
  await notice.getByRole('link', { name: 'Health' }).click()
  await expect(page.getByRole('heading', { level: 1, name: /health$/i })).toBeVisible()
  const brake = page.getByRole('article')
  await expect(brake).toContainText('Waiting for a decision')
  await brake.getByText(`The ${gone} documents`).click()
  await expect(brake.getByRole('table').getByRole('row')).toHaveCount(Math.min(gone, 50) + 1)

  await brake.getByRole('button', { name: 'Confirm' }).click()
  const dialog = page.getByRole('dialog', { name: `Hide ${gone} documents?` })
  await expect(dialog.getByRole('button', { name: 'Cancel' })).toBeFocused()
  await dialog.getByRole('button', { name: `Hide ${gone} documents` }).click()
  await expect(brake).toContainText('Confirmed')
  await expect(brake).toContainText('Decided by')
  await expect(brake.getByRole('button', { name: 'Confirm' })).toHaveCount(0)
  await expect
    .poll(async () => (await call('GET', `/integrations/${integrationId}/health`)).hidden, { timeout: 60_000 })
    .toBe(gone)
  await page.reload()
  await expect(
    page.getByRole('table', { name: 'Hidden documents' }).getByText('The key no longer sees it').first(),
  ).toBeVisible()
  await page
    .getByRole('button', { name: /^Restore / })
    .first()
    .click()
  await expect(page.getByText('Restore it there first')).toBeVisible()
})

/** Deletes 25 of 40 files of a page; the page's title. */
async function deleteFiles({ simulator: { control } }: Stack): Promise<string> {
  const page = control.truth().nodes.find((node) => node.kind === 'page' && node.parentId !== null)
  if (page === undefined) throw new Error('the sample site has no pages')
  const names = Array.from({ length: 40 }, (_, index) => `drawing-${index}.txt`)
  for (const name of names) control.addAttachment(page.id, { name, content: name })
  await sweep()
  for (const name of names.slice(0, 25)) control.removeAttachment(page.id, name)
  await sweep()
  return page.title
}

async function sweep(): Promise<void> {
  const { integrationId, call } = site
  const run = await call('POST', `/integrations/${integrationId}/sync`, { mode: 'sweep' })
  await expect
    .poll(async () => (await call('GET', `/integrations/${integrationId}/runs/${run.id}`)).finishedAt)
    .not.toBeNull()
}

test('files that would go at once are held back with their page, and go when an admin confirms', async ({ page }) => {
  const title = await deleteFiles(stack)
  await signIn(page.request, stack.url, admin)
  await page.goto(`${stack.url}/settings/integrations/${site.integrationId}/health`)
  const brake = page
    .getByRole('article')
    .filter({ hasText: 'are missing in Confluence' })
    .filter({ hasText: 'attachments' })
  await expect(brake).toContainText('Waiting for a decision')
  await brake.getByText('The 25 attachments').click()
  const row = brake.getByRole('table').getByRole('row').filter({ hasText: 'drawing-7.txt' })
  await expect(row).toContainText(title)
  await brake.getByRole('button', { name: 'Confirm' }).click()
  const dialog = page.getByRole('dialog', { name: 'Remove 25 attachments?' })
  await expect(dialog).toContainText('what is stored of them is deleted')
  await dialog.getByRole('button', { name: 'Remove 25 attachments' }).click()
  await expect(brake).toContainText('Confirmed')
  await expect(brake).toContainText('Decided by')
})

test('manners are set in the sync settings, and a wrong one says so at its field', async ({ page }) => {
  await signIn(page.request, stack.url, admin)
  await page.goto(`${stack.url}/settings/integrations`)
  await page.getByRole('link', { name: 'Sample site' }).first().click()
  await page.getByRole('navigation', { name: 'Integration' }).getByRole('link', { name: 'Sync settings' }).click()
  await page.getByLabel('Requests a minute').fill('120')
  await page.getByLabel('Days that deleted documents are kept').fill('90')
  await page.getByLabel('Start scheduled runs at certain hours only').check()
  await page.getByLabel('Time zone').fill('Nowhere/Land')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('This is no time zone.')).toBeVisible()
  await page.getByLabel('Time zone').fill('Europe/Berlin')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('The sync settings were saved')).toBeVisible()
  await page.reload()
  await expect(page.getByLabel('Requests a minute')).toHaveValue('120')
  await expect(page.getByLabel('Days that deleted documents are kept')).toHaveValue('90')
  await expect(page.getByLabel('Time zone')).toHaveValue('Europe/Berlin')
})
