import { type Page, expect, test } from '@playwright/test'
import { type Steps, inDays, stepsOn } from './credential-steps.ts'
import { signIn } from './fixtures.ts'
import { type Sink, startSink } from './sink.ts'
import { type Stack, admin, startStack } from './stack.ts'

// Credentials from the first visit to the destroyed token, globally and for a space. Each step stands on the one before.
test.describe.configure({ mode: 'serial' })

const member = { name: 'Moritz Sluice', email: 'moritz@lockkeeper.example', password: 'another-long-password' }
const secrets = { basic: 'sesame-basic', bearer: 'sesame-bearer', custom: 'sesame-custom' }

let stack: Stack
let page: Page
let sink: Sink
let steps: Steps
const addresses: string[] = []

test.beforeAll(async ({ browser }) => {
  test.setTimeout(120_000)
  sink = await startSink((headers) => (headers['x-api-key'] === secrets.custom ? 200 : 401))
  stack = await startStack({ withAdmin: true, allow: sink.host })
  page = await browser.newPage({ baseURL: stack.url, viewport: { width: 1200, height: 850 } })
  page.on('request', (request) => addresses.push(request.url()))
  page.on('framenavigated', (frame) => addresses.push(frame.url()))
  steps = stepsOn(page, stack.url)
  await signIn(page.request, stack.url, admin)
  const { id } = await steps.call('POST', '/users', { ...member, role: 'member' })
  await steps.call('POST', '/groups', { name: 'Support', members: [id] })
  await steps.call('POST', '/spaces', { key: 'OPS', name: 'Operations' })
})

test.afterAll(async () => {
  await page?.close()
  await stack?.[Symbol.asyncDispose]()
  await sink?.[Symbol.asyncDispose]()
})

for (const { scope, path } of [
  { scope: 'global', path: '/settings/credentials' },
  { scope: 'space:OPS', path: '/spaces/OPS/settings/credentials' },
]) {
  test.describe(`of ${scope}`, () => {
    test('the first visit says that a token must be generated, and why nothing can be created', async () => {
      await steps.goTo(scope)
      await expect(page).toHaveURL(new RegExp(`${path}$`))
      await expect(page.getByRole('heading', { name: 'A token must be generated first' })).toBeVisible()
      const create = page.getByRole('button', { name: 'Create credential' })
      await expect(create).toHaveAttribute('aria-disabled', 'true')
      await expect(create).toHaveAccessibleDescription(/Generate the token first/)
      await page.getByRole('button', { name: 'Generate token', exact: true }).click()
      const token = page.getByRole('region', { name: 'Token', exact: true })
      await expect(token).toContainText(/Fingerprint/)
      await expect(token).toContainText(/Version\s*1/)
      await expect(page.getByRole('heading', { name: 'No credentials yet' })).toBeVisible()
    })

    test('a faulty form says at each field what is wrong', async () => {
      await page.getByRole('button', { name: 'Create credential' }).click()
      const dialog = page.getByRole('dialog', { name: 'Create credential' })
      await dialog.getByRole('button', { name: 'Create' }).click()
      await expect(dialog.getByLabel('Name', { exact: true })).toHaveAccessibleDescription(/Give it a name/)
      await expect(dialog.getByLabel('Password', { exact: true })).toHaveAccessibleDescription(/Give the secret/)
      await expect(dialog.getByLabel('Domains', { exact: true })).toHaveAccessibleDescription(/at least one domain/)
      await expect(dialog.getByLabel('Name', { exact: true })).toBeFocused()
      await dialog.getByLabel('Name', { exact: true }).fill('CRM bot')
      await dialog.getByLabel('Username').fill('bot:crm')
      await dialog.getByLabel('Password', { exact: true }).fill(secrets.basic)
      await dialog.getByLabel('Domains', { exact: true }).fill('*')
      await dialog.getByRole('button', { name: 'Create' }).click()
      await expect(dialog.getByLabel('Username')).toHaveAccessibleDescription(/colon/i)
      await expect(dialog.getByLabel('Domains', { exact: true })).toHaveAccessibleDescription(/a star may only/)
      await expect(dialog.getByLabel('Username')).toBeFocused()
    })

    test('domains are judged as they are typed, and corrected', async () => {
      const dialog = page.getByRole('dialog', { name: 'Create credential' })
      const domains = dialog.getByLabel('Domains', { exact: true })
      await domains.fill('https://crm.example.com/v1')
      await dialog.getByRole('button', { name: 'Use crm.example.com' }).click()
      await expect(domains).toHaveValue('crm.example.com')
      await domains.press('Enter')
      await domains.fill('bücher.example')
      await expect(dialog.getByText('Stored as xn--bcher-kva.example.')).toBeVisible()
      await dialog.getByRole('button', { name: 'Add' }).click()
      const allowed = dialog.getByRole('list', { name: 'Allowed domains' })
      await expect(allowed.getByRole('listitem')).toHaveText([
        'crm.example.com',
        'bücher.example xn--bcher-kva.example',
      ])
      await expect(dialog.getByText('Authorization: Basic ••••••••')).toBeVisible()
    })

    test('one of each kind is created', async () => {
      const dialog = page.getByRole('dialog', { name: 'Create credential' })
      await dialog.getByLabel('Username').fill('bot@crm.example.com')
      await dialog.getByLabel('Expires').fill(inDays(10))
      await dialog.getByRole('radio', { name: /^Block/ }).check()
      await dialog.getByRole('combobox', { name: 'Remind' }).fill('Moritz')
      await page.getByRole('option', { name: /Moritz Sluice/ }).click()
      await page.keyboard.press('Escape')
      await expect(page.getByRole('option')).toHaveCount(0)
      await dialog.getByRole('button', { name: 'Create', exact: true }).click()
      await expect(steps.row('CRM bot')).toContainText(/Expires in (9|10) days/)

      await steps.openNew('Ticket desk', 'Bearer')
      await dialog.getByLabel('Token', { exact: true }).fill(`  Bearer ${secrets.bearer}`)
      await dialog.getByLabel('Domains', { exact: true }).fill('desk.example.com')
      await dialog.getByRole('button', { name: 'Create', exact: true }).click()
      await expect(page.getByText(/The word "Bearer" before the token was taken off/)).toBeVisible()
      await expect(steps.row('Ticket desk')).toContainText('desk.example.com')

      await steps.openNew('Release hook', 'Custom header')
      await dialog.getByLabel('Header', { exact: true }).fill('X-Api-Key')
      await expect(dialog.getByText('X-Api-Key: ••••••••')).toBeVisible()
      await dialog.getByLabel('Value', { exact: true }).fill('wrong for now')
      await dialog.getByLabel('Domains', { exact: true }).fill('hook.example.com')
      await dialog.getByRole('button', { name: 'Create', exact: true }).click()
      await expect(steps.row('Release hook')).toContainText('Custom header · X-Api-Key')
      await expect(page.getByRole('table', { name: 'Credentials' }).getByRole('row')).toHaveCount(4)
    })

    test('a group may edit; the access of its member is explained', async () => {
      if (scope !== 'global') await steps.call('PUT', '/spaces/OPS/members', { members: await steps.asReader() })
      const dialog = await steps.open('Permissions', 'Release hook')
      await dialog.getByRole('combobox', { name: 'Give to' }).fill('Support')
      await page.getByRole('option', { name: 'Support (group)' }).click()
      await dialog.getByLabel('Level', { exact: true }).selectOption('Edit')
      await dialog.getByRole('button', { name: 'Add' }).click()
      await expect(dialog.getByRole('list', { name: 'Permissions' })).toContainText('Support')
      await dialog.getByRole('button', { name: 'Save' }).click()
      await expect(dialog).toBeHidden()
      await steps.open('Permissions', 'Release hook')
      await dialog.getByRole('tab', { name: 'Access of a person' }).click()
      await dialog.getByRole('combobox', { name: 'Person' }).click()
      await page.getByRole('option', { name: /Moritz Sluice/ }).click()
      await expect(dialog.getByRole('alert')).toContainText('Edit')
      await expect(dialog.getByRole('alert')).toContainText('Support')
      await page.keyboard.press('Escape')
      await expect(dialog).toBeHidden()
    })

    test('a member finds what is open to him, and only that', async ({ browser }) => {
      const his = await browser.newPage({ baseURL: stack.url })
      await signIn(his.request, stack.url, member)
      await his.goto(scope === 'global' ? '/spaces' : '/spaces/OPS')
      await his
        .getByRole('main')
        .or(his.getByRole('navigation', { name: 'Main' }))
        .getByRole('link', { name: 'Credentials' })
        .last()
        .click()
      await expect(his).toHaveURL(new RegExp(path))
      await expect(his.getByRole('table', { name: 'Credentials' }).getByRole('row')).toHaveCount(2)
      await expect(his.getByRole('button', { name: 'Edit: Release hook' })).toBeVisible()
      for (const hidden of ['Permissions: Release hook', 'Delete: Release hook', 'Create credential', 'Rotate token'])
        await expect(his.getByRole('button', { name: hidden })).toHaveCount(0)
      await his.close()
    })

    test('a domain that is new demands the secret again', async () => {
      const dialog = await steps.open('Domains', 'Release hook')
      await dialog.getByLabel('Domains', { exact: true }).fill(sink.host)
      await dialog.getByRole('button', { name: 'Add' }).click()
      await dialog.getByLabel('Try a URL').fill(`http://${sink.host}/`)
      await expect(dialog.getByRole('alert')).toContainText('Would not match')
      await dialog.getByRole('switch', { name: 'Allow http' }).click()
      await expect(dialog.getByText('The secret travels in clear text over http')).toBeVisible()
      await expect(dialog.getByText('Would match')).toBeVisible()
      await expect(dialog.getByLabel('Value', { exact: true })).toHaveCount(0)
      await dialog.getByRole('button', { name: 'Save' }).click()
      await expect(dialog.getByLabel('Value', { exact: true })).toHaveAccessibleDescription(/somewhere new/)
      await expect(dialog.getByLabel('Value', { exact: true })).toBeFocused()
      await dialog.getByLabel('Value', { exact: true }).fill('still wrong')
      await dialog.getByRole('button', { name: 'Save' }).click()
      await expect(dialog).toBeHidden()
      await expect(steps.row('Release hook')).toContainText(sink.host)
    })

    test('a test tells that the value is wrong; editing mends it', async () => {
      const test401 = await steps.open('Test', 'Release hook')
      await test401.getByLabel('URL').fill(`http://${sink.host}/items`)
      await test401.getByRole('button', { name: 'Send test' }).click()
      await expect(test401.getByRole('alert')).toContainText('401')
      await expect(test401).not.toContainText('the body of the answer')
      await test401.getByLabel('URL').fill('https://elsewhere.example/')
      await test401.getByRole('button', { name: 'Send test' }).click()
      await expect(
        test401.getByText(/elsewhere\.example is not allowed|may not be sent to elsewhere\.example/),
      ).toBeVisible()
      await page.keyboard.press('Escape')

      const edit = await steps.open('Edit', 'Release hook')
      const value = edit.getByLabel('Value', { exact: true })
      await expect(value).toHaveAttribute('placeholder', 'Leave empty to keep')
      await expect(edit.getByLabel('Name', { exact: true })).toBeFocused()
      await edit.getByLabel('Header', { exact: true }).fill('X-Other')
      await expect(value).toHaveAccessibleDescription(/header has changed/)
      await edit.getByRole('button', { name: 'Save' }).click()
      await expect(value).toBeFocused()
      await edit.getByLabel('Header', { exact: true }).fill('X-Api-Key')
      await value.fill(secrets.custom)
      await edit.getByRole('button', { name: 'Save' }).click()
      await expect(edit).toBeHidden()

      const test200 = await steps.open('Test', 'Release hook')
      await test200.getByLabel('URL').fill(`http://${sink.host}/items`)
      await test200.getByRole('button', { name: 'Send test' }).click()
      await expect(test200.getByRole('alert')).toContainText('200')
      await page.keyboard.press('Escape')
      await expect(test200).toBeHidden()
    })

    test('a stale edit is refused and says what changed, by whom', async () => {
      const dialog = await steps.open('Edit', 'Ticket desk')
      await dialog.getByLabel('Name', { exact: true }).fill('Ticket desk 2')
      const { id, version } = await steps.find(scope, 'Ticket desk')
      await steps.call('PATCH', `/credentials/${id}`, { version, expiryPolicy: 'block' })
      await dialog.getByRole('button', { name: 'Save' }).click()
      await expect(dialog.getByRole('alert')).toContainText(/changed: What happens on expiry/)
      await dialog.getByRole('button', { name: 'Load again' }).click()
      await expect(dialog.getByLabel('Name', { exact: true })).toHaveValue('Ticket desk')
      await dialog.getByLabel('Name', { exact: true }).fill('Ticket desk 2')
      await dialog.getByRole('button', { name: 'Save' }).click()
      await expect(steps.row('Ticket desk 2')).toBeVisible()
    })

    test('the previous value can be restored', async () => {
      const dialog = await steps.open('Versions', 'Release hook')
      const list = dialog.getByRole('list', { name: 'Versions' })
      await expect(list.getByRole('listitem').last()).toContainText('Created')
      await list.getByRole('button', { name: 'Restore previous value' }).click()
      await page
        .getByRole('dialog', { name: 'Restore the previous value?' })
        .getByRole('button', { name: 'Restore' })
        .click()
      await expect(page.getByText('The previous value of “Release hook” is back')).toBeVisible()
      await expect(dialog).toBeHidden()
    })

    test('rotating the token keeps everything', async () => {
      const before = (await steps.find(scope, 'Release hook')).id
      await page.getByRole('button', { name: 'Rotate token', exact: true }).click()
      await page.getByRole('dialog', { name: 'Rotate the token?' }).getByRole('button', { name: 'Rotate' }).click()
      await expect(page.getByRole('region', { name: 'Token', exact: true })).toContainText(/Version\s*2/)
      await expect(page.getByRole('progressbar', { name: 'Rotation' })).toHaveCount(0)
      expect((await steps.find(scope, 'Release hook')).id).toBe(before)
      const dialog = await steps.open('Test', 'Release hook')
      await dialog.getByLabel('URL').fill(`http://${sink.host}/`)
      await dialog.getByRole('button', { name: 'Send test' }).click()
      await expect(dialog.getByRole('alert')).toContainText('401')
      await page.keyboard.press('Escape')
      await expect(dialog).toBeHidden()
    })

    test('the details say where it was last used', async () => {
      await page.getByRole('button', { name: 'Release hook', exact: true }).click()
      const dialog = page.getByRole('dialog', { name: 'Credential “Release hook”' })
      await expect(dialog.getByRole('region', { name: 'Where used' })).toContainText(`against ${sink.host}`)
      await expect(dialog.getByRole('region', { name: 'Where used' })).toContainText('Nothing uses it.')
      await dialog.getByRole('button', { name: 'Close' }).last().click()
      await expect(dialog).toBeHidden()
    })

    test('deleting shows first where it is used', async () => {
      const dialog = await steps.open('Delete', 'Ticket desk 2')
      await expect(dialog.getByRole('region', { name: 'Where used' })).toContainText('Nothing uses it.')
      await expect(dialog.getByRole('button', { name: 'Cancel' })).toBeFocused()
      await dialog.getByRole('button', { name: 'Delete credential' }).click()
      await expect(dialog).toBeHidden()
      await expect(steps.row('Ticket desk 2')).toHaveCount(0)
    })

    test('re-generating lists what is lost, asks for the scope’s name and says what is gone', async () => {
      await page.getByRole('button', { name: 'Re-generate token' }).click()
      const dialog = page.getByRole('dialog', { name: 'Re-generate the token' })
      await expect(dialog.getByRole('list', { name: 'What is lost' })).toContainText('CRM bot')
      await expect(dialog.getByRole('list', { name: 'What is lost' })).toContainText('Release hook')
      const destroy = dialog.getByRole('button', { name: 'Destroy and re-generate' })
      await expect(destroy).toBeDisabled()
      await dialog.getByLabel(`Type ${scope} to confirm`).fill('wrong')
      await expect(destroy).toBeDisabled()
      await dialog.getByLabel(`Type ${scope} to confirm`).fill(scope)
      await destroy.click()
      await expect(dialog.getByText('Destroyed: CRM bot, Release hook.')).toBeVisible()
      await dialog.getByRole('button', { name: 'Close' }).last().click()
      await expect(page.getByRole('heading', { name: 'No credentials yet' })).toBeVisible()
      await expect(page.getByRole('region', { name: 'Token', exact: true })).toContainText(/Version\s*3/)
    })
  })
}

test('no secret was ever part of an address or is left in the browser', async () => {
  await page.goto('/settings/audit')
  await expect(page.getByRole('table', { name: 'Audit rows' })).toBeVisible()
  const stores = await page.evaluate(() => JSON.stringify([localStorage, sessionStorage, history.state]))
  const kept = [await page.content(), stores, ...addresses].join('\n')
  expect(kept).toContain('dialog=edit')
  for (const secret of Object.values(secrets)) expect(kept).not.toContain(secret)
})
