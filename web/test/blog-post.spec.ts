import { expect, test } from './fixtures.ts'
import { seriousFaults } from './serious-faults.ts'

test('a blog post is chosen with the keyboard on a narrow screen, keeps what was written, and is made in Confluence', async ({
  signedIn: page,
  filled,
}) => {
  await page.setViewportSize({ width: 400, height: 800 })
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await page.goto(`/spaces/${filled.spaceKey}`)
  await page.getByRole('link', { name: 'New page' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'New page' })).toBeVisible()
  await page.getByLabel('Title').fill('The gates are open')
  await page.getByRole('textbox', { name: 'Text', exact: true }).click()
  await page.keyboard.insertText('Since noon.')
  const kinds = page.getByRole('radiogroup', { name: 'Kind' })
  await kinds.getByRole('radio', { name: 'Page' }).focus()
  await page.keyboard.press('ArrowRight')
  await expect(kinds.getByRole('radio', { name: 'Blog post' })).toBeChecked()
  await expect(kinds.getByRole('radio', { name: 'Blog post' })).toBeFocused()
  await expect(page.getByRole('heading', { level: 1, name: 'New blog post' })).toBeVisible()
  expect(await seriousFaults(page)).toEqual([])
  expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0)
  // The choice stands in the address, the text in the tab.
  await page.reload()
  await expect(page.getByLabel('Title')).toHaveValue('The gates are open')
  await page.getByRole('button', { name: 'Create blog post' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'The gates are open' })).toBeVisible()
  await expect(page.getByRole('article')).toContainText('Since noon.')
  const made = filled.simulator.control.truth().nodes.filter(({ title }) => title === 'The gates are open')
  expect(made).toMatchObject([{ kind: 'blogpost', space: filled.spaceKey, parentId: null }])
})

test('below a page there is nothing to choose: it becomes a page', async ({ signedIn: page, filled }) => {
  await page.goto(`/spaces/${filled.spaceKey}/new?parent=${filled.documentId}&type=blogpost`)
  await expect(page.getByRole('button', { name: 'Create page' })).toBeVisible()
  await expect(page.getByRole('heading', { level: 1, name: 'New page' })).toBeVisible()
  await expect(page.getByRole('radiogroup', { name: 'Kind' })).toHaveCount(0)
})
