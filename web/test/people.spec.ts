import { type Site, connectSample, expect, signIn, test } from './fixtures.ts'
import { seriousFaults } from './serious-faults.ts'
import { admin, type Stack, startStack } from './stack.ts'

const cid = { name: 'Cid Reed', email: 'cid@lockkeeper.example', password: 'a-long-enough-password' }

let stack: Stack
let site: Site
test.beforeAll(async () => {
  stack = await startStack({ withAdmin: true })
  const { control } = stack.simulator
  const { accountId } = control.addUser({ email: cid.email, key: 'the-key-of-cid', groups: ['confluence-users'] })
  // Named in the space, so that his account is known here; it hides its address.
  control.setSpaceReaders('SUP', [
    { type: 'access-class', id: 'ALL_LICENSED_USERS' },
    { type: 'user', id: accountId },
  ])
  control.createPage({ space: 'SUP', title: 'Heron feathers', storage: '<p>Grey, mostly.</p>' })
  site = await connectSample(stack, 'confluence')
  await site.call('POST', '/users', { ...cid, role: 'member' })
})
test.afterAll(async () => stack[Symbol.asyncDispose]())

test('whom an admin links to an account finds what that account may read, and no longer once unlinked', async ({
  page,
  browser,
}) => {
  await signIn(page.request, stack.url, admin)
  const his = await (await browser.newContext({ baseURL: stack.url })).newPage()
  await signIn(his.request, stack.url, cid)
  await his.goto('/search?q=heron')
  await expect(his.getByRole('heading', { name: 'Nothing found' })).toBeVisible()

  await page.goto(`${stack.url}/settings/integrations/${site.integrationId}`)
  await page.getByRole('navigation', { name: 'Integration' }).getByRole('link', { name: 'People' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Sample site: people' })).toBeVisible()
  await page.getByLabel('Linked to nobody').check()
  await page.getByRole('searchbox', { name: 'Search accounts' }).fill('cid')
  const rows = page.getByRole('table', { name: 'Accounts' }).getByRole('row')
  await expect(rows).toHaveCount(2)
  await expect(rows.last()).toContainText('hidden')
  await expect(rows.last()).toContainText('nobody')

  await rows.last().getByRole('button', { name: /^Link/ }).press('Enter')
  const dialog = page.getByRole('dialog', { name: /^Link / })
  await dialog.getByRole('button', { name: 'Link' }).click()
  await expect(dialog.getByText('Choose a person.')).toBeVisible()
  await dialog.getByRole('combobox', { name: 'Person' }).fill('cid')
  await page.getByRole('option', { name: /Cid Reed/ }).click()
  await dialog.getByRole('button', { name: 'Link' }).click()
  await expect(dialog).toBeHidden()
  await expect(page.getByText('No account that is linked to nobody has “cid”')).toBeVisible()
  await expect(page.getByRole('searchbox', { name: 'Search accounts' })).toBeFocused()

  await his.reload()
  await expect(his.getByRole('list', { name: 'Results' }).getByRole('link', { name: /Heron feathers/ })).toBeVisible()

  await page.getByLabel('Linked to nobody').uncheck()
  await expect(rows.last()).toContainText('Cid Reed by an admin')
  await rows
    .last()
    .getByRole('button', { name: /^Unlink/ })
    .click()
  const question = page.getByRole('dialog', { name: /^Unlink / })
  await expect(question.getByRole('button', { name: 'Cancel' })).toBeFocused()
  await question.getByRole('button', { name: 'Unlink' }).click()
  await expect(rows.last()).toContainText('nobody')
  await his.reload()
  await expect(his.getByRole('heading', { name: 'Nothing found' })).toBeVisible()
  await his.context().close()
})

test('an account that no sync has met is linked by its id', async ({ page }) => {
  const { accountId } = stack.simulator.control.addUser({ email: 'new@example.com', key: 'the-key-of-new', groups: [] })
  await signIn(page.request, stack.url, admin)
  await page.goto(`${stack.url}/settings/integrations/${site.integrationId}#people`)
  await page.getByRole('searchbox', { name: 'Search accounts' }).fill(accountId)
  await page.getByRole('button', { name: `Link the account with the id “${accountId}”…` }).click()
  const dialog = page.getByRole('dialog', { name: `Link “${accountId}”` })
  await dialog.getByRole('combobox', { name: 'Person' }).fill('cid')
  await page.getByRole('option', { name: /Cid Reed/ }).click()
  await dialog.getByRole('button', { name: 'Link' }).click()
  await expect(dialog).toBeHidden()
  await expect(page.getByRole('table', { name: 'Accounts' })).toContainText('Cid Reed by an admin')
})

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`in ${colorScheme}`, () => {
    test.use({ colorScheme, contextOptions: { reducedMotion: 'reduce' } })

    test('the people of an integration have no serious accessibility fault, and fit into 400 px', async ({ page }) => {
      await signIn(page.request, stack.url, admin)
      await page.goto(`${stack.url}/settings/integrations/${site.integrationId}#people`)
      await expect(page.getByRole('table', { name: 'Accounts' })).toBeVisible()
      expect(await seriousFaults(page)).toEqual([])
      await page.setViewportSize({ width: 400, height: 800 })
      expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0)
      await page
        .getByRole('button', { name: /^Link / })
        .first()
        .click()
      const dialog = page.getByRole('dialog')
      await expect(dialog.getByRole('combobox', { name: 'Person' })).toBeVisible()
      expect(await seriousFaults(page)).toEqual([])
      expect(await dialog.evaluate((element) => element.scrollWidth - element.clientWidth)).toBeLessThanOrEqual(0)
    })
  })
}
