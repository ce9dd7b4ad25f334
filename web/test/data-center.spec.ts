import { AxeBuilder } from '@axe-core/playwright'
import { type Page, expect, test } from '@playwright/test'
import { signIn } from './fixtures.ts'
import { type Stack, admin, botEmail, startStack } from './stack.ts'

// From the wizard to the search, with a Data Center. Each step stands on the one before.
test.describe.configure({ mode: 'serial' })

let stack: Stack
let page: Page
const token = () => page.getByRole('textbox', { name: 'Personal access token' })
const password = () => page.getByRole('textbox', { name: 'Password' })

test.beforeAll(async ({ browser }) => {
  test.setTimeout(120_000)
  stack = await startStack({ withAdmin: true, mode: 'dc' })
  const context = await browser.newContext({ baseURL: stack.url, viewport: { width: 1200, height: 850 } })
  page = await context.newPage()
  await signIn(page.request, stack.url, admin)
})

test.afterAll(async () => {
  await page?.context().close()
  await stack?.[Symbol.asyncDispose]()
})

test('the wizard asks for what a Data Center needs', async () => {
  await page.goto('/settings/integrations/new?connector=confluence')
  await page.getByLabel('Integration name').fill('Company wiki')
  await page.getByRole('button', { name: 'Next' }).click()
  await page.getByRole('radio', { name: 'Confluence Data Center' }).check()
  await expect(page.getByLabel('API key', { exact: true })).toBeHidden()
  await expect(page.getByLabel('Username')).toBeHidden()
  await expect(page.getByRole('radio', { name: 'Token' })).toBeChecked()
  await page.getByRole('button', { name: 'Connect' }).click()
  await expect(page.getByText('Give the API key.')).toBeVisible()
  await expect(page.getByText('Give the Confluence domain.')).toBeVisible()
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(violations.map(({ id }) => id)).toEqual([])
})

test('a token that was given as a password is told, and so is a page address', async () => {
  await page.getByRole('textbox', { name: 'Confluence domain' }).fill(`${stack.confluence}/display/SUP/Start`)
  await page.getByRole('radio', { name: 'User name and password' }).check()
  await page.getByRole('textbox', { name: 'Username' }).fill(botEmail.split('@')[0] ?? '')
  await password().fill(stack.apiKey)
  await page.getByRole('button', { name: 'Connect' }).click()
  await expect(page.getByRole('list', { name: 'Checks' })).toContainText('the rest of what was pasted')
  await expect(page.getByRole('list', { name: 'Checks' })).toContainText('leave the user name empty')
})

test('with the token alone it connects', async () => {
  await page.getByRole('radio', { name: 'Token' }).check()
  await token().fill(stack.apiKey)
  await page.getByRole('button', { name: 'Connect' }).click()
  await expect(page.getByText('“Company wiki” is connected')).toBeVisible()
  await page.getByRole('link', { name: 'Company wiki' }).click()
  const history = page.getByRole('list', { name: 'Sync runs' })
  await expect(history.getByRole('listitem').first()).toContainText('Succeeded', { timeout: 60_000 })
})

test('its pages are found, and lead back to the Data Center', async () => {
  await page.keyboard.press('/')
  await page.keyboard.type('firmware')
  await page.keyboard.press('Enter')
  const results = page.getByRole('list', { name: 'Results' })
  await expect(results.locator('mark').first()).toContainText(/firmware/i)
  await results.getByRole('link').first().click()
  const link = page.getByRole('link', { name: /Open in Confluence/ })
  await expect(link).toHaveAttribute('href', new RegExp(`^${stack.confluence}/(display|pages)/`))
})

test('editing keeps the deployment, and demands the password of another way to sign in', async () => {
  await page.goto('/settings/integrations')
  await page.getByRole('link', { name: 'Company wiki' }).click()
  await page.getByRole('button', { name: 'Edit' }).click()
  await page.getByRole('tab', { name: 'Authentication' }).click()
  await expect(page.getByRole('radio', { name: 'Confluence Data Center' })).toBeDisabled()
  await expect(page.getByRole('textbox', { name: 'Confluence domain' })).toHaveValue(stack.confluence)
  await page.getByRole('radio', { name: 'User name and password' }).check()
  await page.getByRole('textbox', { name: 'Username' }).fill('bot')
  await page.getByRole('button', { name: 'Update' }).click()
  await expect(password()).toBeFocused()
})
