import { expect, test } from './fixtures.ts'

test('the audit is narrowed to one actor and one kind of action', async ({ signedIn: page, filled: _filled }) => {
  await page.goto('/settings/audit')
  const rows = page.getByRole('table', { name: 'Audit rows' }).getByRole('row')
  await page.getByLabel('Who').selectOption({ label: 'Lockkeeper itself' })
  await page.getByRole('button', { name: 'Filter' }).click()
  await expect(page).toHaveURL(/actor=system/)
  await page.getByLabel('Who').selectOption({ label: 'Anybody' })
  await page.getByLabel('Action').fill('credential.created')
  await page.getByRole('button', { name: 'Filter' }).click()
  await expect(page).toHaveURL(/action=credential\.created/)
  await expect(rows.filter({ hasText: 'credential.created' }).first()).toBeVisible()
  await expect(rows.filter({ hasNotText: 'credential.created' })).toHaveCount(1) // the heads of the columns
  await expect(page.getByRole('link', { name: 'Export' })).toHaveAttribute('href', '/api/v1/audit/export')
})
