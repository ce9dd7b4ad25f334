import { expect, signIn, test } from './fixtures.ts'
import { admin } from './stack.ts'

const member = { name: 'Moritz Sluice', email: 'moritz@lockkeeper.example', password: 'another-long-password' }

test('a stranger is led to sign-in and back to where they wanted to go', async ({ page }) => {
  await page.goto('/search?q=station&label=42')
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
  await page.getByLabel('E-mail').fill(admin.email)
  await page.getByLabel('Password', { exact: true }).fill(admin.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('heading', { name: 'Search for “station”' })).toBeVisible()
  expect(new URL(page.url()).searchParams.get('label')).toBe('42')
})

test('a return address of another site is not followed', async ({ page, stack }) => {
  await page.goto('/sign-in?return=https%3A%2F%2Fevil.example%2Fspaces')
  await page.getByLabel('E-mail').fill(admin.email)
  await page.getByLabel('Password', { exact: true }).fill(admin.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Spaces' })).toBeVisible()
  expect(new URL(page.url()).origin).toBe(stack.url)
})

test('a wrong password is refused in the form, without a toast', async ({ page }) => {
  await page.goto('/sign-in')
  await page.getByLabel('E-mail').fill(admin.email)
  await page.getByLabel('Password', { exact: true }).fill('not-the-password')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('alert')).toHaveCount(1)
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
})

test('a session that ended elsewhere leads to sign-in', async ({ signedIn }) => {
  await signedIn.goto('/spaces')
  await expect(signedIn.getByRole('heading', { level: 1, name: 'Spaces' })).toBeVisible()
  await signedIn.context().clearCookies()
  await signedIn.getByRole('link', { name: 'API keys' }).click()
  await expect(signedIn.getByRole('heading', { name: 'Sign in' })).toBeVisible()
  expect(new URL(signedIn.url()).searchParams.get('return')).toBe('/account/api-keys')
})

test('signing out ends the session', async ({ signedIn }) => {
  await signedIn.goto('/spaces')
  await signedIn.getByRole('button', { name: /^Account of/ }).click()
  await signedIn.getByRole('menuitem', { name: 'Sign out' }).click()
  await expect(signedIn.getByRole('heading', { name: 'Sign in' })).toBeVisible()
  await signedIn.goto('/spaces')
  await expect(signedIn.getByRole('heading', { name: 'Sign in' })).toBeVisible()
})

test('an admin adds a user; a member sees no settings', async ({ signedIn, browser, stack }) => {
  await signedIn.goto('/settings/users')
  await signedIn.getByRole('button', { name: 'Add user' }).click()
  const dialog = signedIn.getByRole('dialog', { name: 'Add user' })
  await dialog.getByRole('button', { name: 'Add' }).click()
  await expect(dialog.getByText('Give it a name.')).toBeVisible()
  await dialog.getByLabel('Name', { exact: true }).fill(member.name)
  await dialog.getByLabel('E-mail').fill(member.email)
  await dialog.getByLabel('Password', { exact: true }).fill(member.password)
  await dialog.getByRole('button', { name: 'Add' }).click()
  await expect(dialog).toBeHidden()
  await expect(signedIn.getByRole('table', { name: 'Users' }).getByText(member.email)).toBeVisible()

  const page = await browser.newPage({ baseURL: stack.url })
  await signIn(page.request, stack.url, member)
  await page.goto('/spaces')
  await expect(page.getByRole('heading', { level: 1, name: 'Spaces' })).toBeVisible()
  await expect(page.getByRole('link', { name: 'API keys' })).toBeVisible()
  await expect(page.getByRole('link', { name: 'Integrations' })).toHaveCount(0)
  await page.goto('/settings/integrations')
  await expect(page.getByRole('heading', { name: 'For platform admins' })).toBeVisible()
  await page.close()
})

test('an API key that may only propose edits is made and deleted', async ({ signedIn }) => {
  await signedIn.goto('/account/api-keys')
  await signedIn.getByRole('button', { name: 'Add API key' }).click()
  const dialog = signedIn.getByRole('dialog', { name: 'Add API key' })
  await dialog.getByLabel('Name', { exact: true }).fill('Writing agent')
  await dialog.getByLabel('Propose edits').check()
  await dialog.getByRole('button', { name: 'Add' }).click()
  const row = signedIn.getByRole('row', { name: /Writing agent/ })
  await expect(row).toContainText('Read, Propose edits')
  await row.getByRole('button', { name: 'Delete Writing agent' }).click()
  await signedIn.getByRole('button', { name: 'Delete API key' }).click()
  await expect(row).toHaveCount(0)
})
