import type { Page } from '@playwright/test'
import { expect, test } from './fixtures.ts'
import { botEmail } from './stack.ts'

test('the wizard is walked with the keyboard alone', async ({ signedIn: page, filled }) => {
  await page.goto('/spaces')
  await expect(page.getByRole('heading', { level: 1, name: 'Spaces' })).toBeVisible()
  await tabTo(page, 'link', 'Integrations')
  await page.keyboard.press('Enter')
  await tabTo(page, 'link', '+ Add integration')
  await page.keyboard.press('Enter')
  await tabTo(page, 'searchbox', 'Search the catalogue')
  await page.keyboard.type('conf')
  await tabTo(page, 'link', 'Confluence')
  await page.keyboard.press('Enter')
  await tabTo(page, 'field', 'Integration name')
  await page.keyboard.type('By keyboard')
  await expect(page.getByRole('checkbox', { name: 'Content management' })).toBeChecked()
  await tabTo(page, 'button', 'Next')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('tab', { name: 'Authentication' })).toHaveAttribute('aria-selected', 'true')
  await expect(page.getByRole('textbox', { name: 'Username' })).toBeFocused()
  await page.keyboard.type(botEmail)
  await tabTo(page, 'field', 'API key')
  await page.keyboard.type(filled.apiKey)
  await tabTo(page, 'field', 'Confluence domain')
  await page.keyboard.type(filled.confluence)
  await tabTo(page, 'button', 'Connect')
  await page.keyboard.press('Enter')
  await expect(page.getByText('“By keyboard” is connected')).toBeVisible()
  await expect(page.getByRole('list', { name: 'Integrations' }).getByRole('listitem').first()).toContainText(
    'By keyboard',
  )
})

test('a credential is created with the keyboard alone', async ({ signedIn: page, filled: _filled }) => {
  await page.goto('/spaces')
  await expect(page.getByRole('heading', { level: 1, name: 'Spaces' })).toBeVisible()
  await tabTo(page, 'link', 'Credentials')
  await page.keyboard.press('Enter')
  await tabTo(page, 'button', 'Create credential')
  await page.keyboard.press('Enter')
  await expect(page.getByLabel('Name', { exact: true })).toBeFocused()
  await page.keyboard.type('By keyboard')
  await page.keyboard.press('Tab')
  await page.keyboard.press('ArrowRight')
  await expect(page.getByRole('radio', { name: 'Bearer' })).toBeChecked()
  await tabTo(page, 'field', 'Token')
  await page.keyboard.type('a-token')
  await tabTo(page, 'field', 'Domains')
  await page.keyboard.type('api.example.com')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('list', { name: 'Allowed domains' })).toContainText('api.example.com')
  await expect(page.getByLabel('Domains', { exact: true })).toBeFocused()
  await tabTo(page, 'button', 'Create')
  await page.keyboard.press('Enter')
  await expect(page.getByText('“By keyboard” was created')).toBeVisible()
  await expect(page.getByRole('dialog')).toBeHidden()
  await expect(page.getByRole('button', { name: 'Create credential' })).toBeFocused()
  await tabTo(page, 'button', 'Permissions: By keyboard')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('dialog', { name: 'Permissions of “By keyboard”' })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('button', { name: 'Permissions: By keyboard' })).toBeFocused()
})

test('the tree of a space follows the arrow keys', async ({ signedIn: page, filled }) => {
  await page.goto(`/spaces/${filled.spaceKey}`)
  const tree = page.getByRole('tree')
  const root = tree.getByRole('treeitem', { expanded: false }).first()
  await root.focus()
  await page.keyboard.press('ArrowRight')
  await expect(tree.getByRole('treeitem', { expanded: true })).toHaveCount(1)
  await expect(tree.locator('[aria-level="2"]').first()).toBeVisible()
  await page.keyboard.press('ArrowRight')
  await expect(tree.locator('[aria-level="2"]').first()).toBeFocused()
  await page.keyboard.press('ArrowLeft')
  await page.keyboard.press('ArrowLeft')
  await expect(tree.getByRole('treeitem', { expanded: true })).toHaveCount(0)
  await page.keyboard.press('End')
  await expect(tree.getByRole('treeitem').last()).toBeFocused()
  await page.keyboard.press('Home')
  await expect(tree.getByRole('treeitem').first()).toBeFocused()
  const title = (await tree.getByRole('treeitem').first().textContent())?.trim() ?? ''
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1, name: title }).first()).toBeVisible()
})

test('the skip link and the search shortcut work from anywhere', async ({ signedIn: page }) => {
  await page.goto('/settings/system')
  await expect(page.getByRole('heading', { level: 1, name: 'System' })).toBeVisible()
  await page.keyboard.press('Tab')
  await expect(page.getByRole('link', { name: 'Skip to content' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.locator('#main')).toBeFocused()
  await page.keyboard.press('/')
  await expect(page.getByRole('searchbox', { name: 'Search all spaces' })).toBeFocused()
  await page.keyboard.type('station')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1, name: 'Search for “station”' })).toBeVisible()
})

/** Presses Tab until the named element has the focus, as somebody without a mouse does. */
async function tabTo(page: Page, role: 'link' | 'button' | 'searchbox' | 'field', name: string): Promise<void> {
  const target =
    role === 'field'
      ? page.locator('input').and(page.getByLabel(name, { exact: true }))
      : page.getByRole(role, { name, exact: true })
  await target.first().waitFor()
  for (let presses = 0; presses < 60; presses += 1) {
    if (await target.first().evaluate((element) => element === document.activeElement)) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`Tab never reached the ${role} “${name}”.`)
}
