import { stepsOn } from './credential-steps.ts'
import { expect, signIn, test } from './fixtures.ts'

const owner = { name: 'Olga Lock', email: 'olga@lockkeeper.example', password: 'another-long-password' }

test('the admin of a space keeps its credentials without being an admin of Lockkeeper', async ({
  signedIn,
  browser,
  stack,
}) => {
  const { call } = stepsOn(signedIn, stack.url)
  const user = await call('POST', '/users', { ...owner, role: 'member' })
  const group = await call('POST', '/groups', { name: 'Writers', members: [] })
  await call('POST', '/spaces', { key: 'OWN', name: 'Owned' })
  const members = [
    { principal: `user:${user.id}`, role: 'admin' },
    { principal: `group:${group.id}`, role: 'reader' },
  ]
  await call('PUT', '/spaces/OWN/members', { members })

  const page = await browser.newPage({ baseURL: stack.url })
  await signIn(page.request, stack.url, owner)
  await page.goto('/spaces/OWN/settings')
  await page.getByRole('button', { name: 'Generate token', exact: true }).click()
  await page.getByRole('button', { name: 'Create credential' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name', { exact: true }).fill('Own hook')
  await dialog.getByLabel('Username').fill('bot')
  await dialog.getByLabel('Password', { exact: true }).fill('sesame')
  await dialog.getByLabel('Domains', { exact: true }).fill('hook.example.com')
  await dialog.getByRole('button', { name: 'Create', exact: true }).click()
  await page.getByRole('button', { name: 'Permissions: Own hook' }).click()
  await dialog.getByRole('combobox', { name: 'Give to' }).click()
  await expect(page.getByRole('listbox').getByRole('option')).toHaveText([
    'Everyone in the space',
    'Writers (group)',
    'Olga Lock (you)',
  ])
  await page.getByRole('option', { name: 'Writers (group)' }).click()
  await dialog.getByRole('button', { name: 'Add' }).click()
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('The permissions of “Own hook” were saved')).toBeVisible()

  await page.goto('/settings/credentials')
  await expect(page.getByRole('heading', { level: 1, name: 'Credentials' })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Create credential' })).toHaveCount(0)
  await page.close()
})

test('the token of integrations can be rotated, no more', async ({ signedIn: page, filled: _filled }) => {
  await page.goto('/settings/credentials')
  const token = page.getByRole('region', { name: 'Token of integrations' })
  await expect(token).toContainText(/Version\s*1/)
  await expect(token.getByRole('button')).toHaveCount(1)
  await token.getByRole('button', { name: 'Rotate token of integrations' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Rotate' }).click()
  await expect(token).toContainText(/Version\s*2/)
})
