import { expect, test } from './fixtures.ts'
import { pagesOf, visit } from './pages.ts'

test.use({ viewport: { width: 400, height: 800 } })

test('no page scrolls sideways at 400 px', async ({ signedIn, filled }) => {
  test.setTimeout(180_000)
  for (const [path, heading] of pagesOf(filled)) {
    await visit(signedIn, path, heading)
    const excess = await signedIn.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
    expect(excess, path).toBeLessThanOrEqual(0)
    for (const dialog of await signedIn.getByRole('dialog').all())
      expect(await dialog.evaluate((element) => element.scrollWidth - element.clientWidth), path).toBeLessThanOrEqual(0)
  }
})

test('the navigation opens, leads somewhere and closes', async ({ signedIn }) => {
  await signedIn.goto('/spaces')
  await expect(signedIn.getByRole('link', { name: 'Integrations' })).toBeHidden()
  await signedIn.getByRole('button', { name: 'Navigation' }).click()
  await signedIn.getByRole('link', { name: 'Integrations' }).click()
  await expect(signedIn.getByRole('heading', { level: 1, name: 'Integrations' })).toBeVisible()
  await expect(signedIn.getByRole('link', { name: 'Audit' })).toBeHidden()
  await expect(signedIn.locator('#main')).toBeFocused()
})

test('the tree of a space folds away and opens', async ({ signedIn, filled }) => {
  await signedIn.goto(`/spaces/${filled.spaceKey}`)
  await expect(signedIn.getByRole('tree')).toBeHidden()
  await signedIn.getByRole('button', { name: 'Show pages' }).click()
  await expect(signedIn.getByRole('treeitem').first()).toBeVisible()
})
