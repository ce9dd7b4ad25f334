import { type Page, expect, test } from '@playwright/test'
import { type Site, connectSample, signIn } from './fixtures.ts'
import { type Stack, admin, startStack } from './stack.ts'

// What hangs on a page in Confluence, shown here.
test.describe.configure({ mode: 'serial' })

let stack: Stack
let site: Site
let page: Page
let address: string

test.beforeAll(async ({ browser }) => {
  test.setTimeout(150_000)
  stack = await startStack({ withAdmin: true, allow: '127.0.0.1' }) // files come from another port of the simulator
  const { control } = stack.simulator
  const { id } = control.createPage({
    space: 'SUP',
    title: 'Lamps',
    storage: '<p>The lamp is red.</p><p>It hangs.</p>',
  })
  control.editPage(id, { storage: '<p>The lamp is green.</p><p>It hangs.</p>', message: 'Repainted' })
  control.addAttachment(id, { name: 'lamp.txt', content: 'A lamp of brass.', comment: 'As it was built' })
  const { id: question } = control.addComment(id, {
    kind: 'inline',
    storage: '<p>Really green?</p>',
    selection: 'green',
  })
  control.addComment(id, { kind: 'inline', parentId: question, storage: '<p>Yes, <strong>really</strong>.</p>' })
  control.addComment(id, { kind: 'inline', storage: '<p>Done long ago.</p>', selection: 'hangs', resolved: true })
  control.addComment(id, { kind: 'footer', storage: '<p>A good page.</p>' })
  site = await connectSample(stack, 'confluence')
  page = await browser.newPage({ baseURL: stack.url, viewport: { width: 1200, height: 850 }, acceptDownloads: true })
  await signIn(page.request, stack.url, admin)
  const { items } = await site.call('GET', '/documents?space=SUP&type=page&limit=250')
  const found = items.find(({ title }: { title: string }) => title === 'Lamps')
  control.editPage(id, { storage: '<p>The lamp is green.</p><p>It hangs.</p><p>It swings.</p>' })
  await site.sync()
  address = `/spaces/SUP/documents/${String(found.id)}`
})

test.afterAll(async () => {
  await page?.close()
  await stack?.[Symbol.asyncDispose]()
})

test('any two versions are compared', async () => {
  await page.goto(address)
  await page.getByRole('tab', { name: 'Versions' }).click()
  const versions = page.getByRole('list', { name: 'Versions' })
  await expect(versions.getByRole('listitem')).toHaveCount(2)
  await expect(versions.getByRole('listitem').nth(1)).toContainText('Repainted')
  await page.getByRole('button', { name: 'What changed in version 2' }).click()
  const changes = page.getByRole('list', { name: 'Changes' })
  await expect(changes.locator('del')).toContainText('red')
  await expect(changes.locator('ins')).toContainText('green')
  await page.getByLabel('To', { exact: true }).selectOption('3')
  await expect(page.getByRole('heading', { name: 'From version 1 to 3' })).toBeVisible()
  await expect(changes).toContainText('It swings.')
  await page.getByText('Storage', { exact: true }).click()
  await expect(changes).toContainText('<p>It swings.</p>')
  await page.reload()
  await expect(page.getByRole('heading', { name: 'From version 1 to 3' })).toBeVisible()
})

test('attachments are listed with what became of them, and downloaded', async () => {
  await page.getByRole('tab', { name: 'Attachments' }).click()
  const row = page.getByRole('row', { name: /lamp\.txt/ })
  await expect(row).toContainText('As it was built')
  await expect(row).toContainText('Its text is found')
  const started = page.waitForEvent('download')
  await row.getByRole('link', { name: /lamp\.txt/ }).click()
  const download = await started
  expect(download.suggestedFilename()).toBe('lamp.txt')
})

test('a search says in which attached file it found the words, and leads there', async () => {
  // The file's text is there before it is in the index.
  await expect
    .poll(async () => (await site.call('GET', '/search?q=brass')).items.length, { timeout: 60_000 })
    .toBeGreaterThan(0)
  await page.goto('/search?q=brass')
  const result = page.getByRole('list', { name: 'Results' }).getByRole('listitem').filter({ hasText: 'Lamps' })
  await expect(result.locator('mark')).toHaveText('brass')
  await result.getByRole('link', { name: 'the attachment “lamp.txt”' }).click()
  await expect(page.getByRole('tab', { name: 'Attachments' })).toHaveAttribute('aria-selected', 'true')
})

test('comments stand in threads with the words that they are about; what is resolved is shown on demand', async () => {
  await page.getByRole('tab', { name: 'Comments' }).click()
  const inText = page.getByRole('region', { name: 'In the text' })
  await expect(inText.getByRole('blockquote')).toHaveText('green')
  await expect(inText.getByRole('list', { name: 'Replies' })).toContainText('Yes, really.')
  await expect(page.getByRole('region', { name: 'On the page' })).toContainText('A good page.')
  await expect(page.getByText('Done long ago.')).toBeHidden()
  await page.getByRole('switch', { name: 'Show 1 resolved thread' }).check()
  await expect(page.getByText('Done long ago.')).toBeVisible()
  await expect(inText.getByText('Resolved', { exact: true })).toBeVisible()
})

test('who can read it is told with a sentence and every lock', async () => {
  const { id } = await site.call('POST', '/users', {
    name: 'Rita Ford',
    email: 'rita@lockkeeper.example',
    password: admin.password,
    role: 'member',
  })
  await page.getByRole('tab', { name: 'Access' }).click()
  await expect(page.getByRole('alert')).toContainText('You can read this')
  await page.goto(`${address}?tab=access`)
  await page.getByRole('combobox', { name: 'Why can this person read it, or not?' }).click()
  await page.getByRole('option', { name: /Rita Ford/ }).click()
  await expect(page).toHaveURL(new RegExp(String(id)))
  await expect(page.getByRole('alert')).toContainText('Rita Ford cannot read this')
  const locks = page.getByRole('list', { name: 'Locks, from the space to the page' })
  await expect(locks.getByRole('listitem').first()).toContainText('Sorrelby Support Handbook')
})
