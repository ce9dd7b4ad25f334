import { type Page, expect, test } from '@playwright/test'
import { type Steps, stepsOn } from './credential-steps.ts'
import { signIn } from './fixtures.ts'
import { type Sink, startSink } from './sink.ts'
import { type Stack, admin, botEmail, startStack } from './stack.ts'

// Draft → Review → Approved is built by the form alone, from an empty start, with a call to another system on approval;
// then tried, changed as JSON, copied and deleted. Each step stands on the one before.
test.describe.configure({ mode: 'serial' })

let stack: Stack
let page: Page
let sink: Sink
let steps: Steps

test.beforeAll(async ({ browser }) => {
  test.setTimeout(180_000)
  sink = await startSink(() => 200)
  stack = await startStack({ withAdmin: true, allow: sink.host })
  page = await browser.newPage({ baseURL: stack.url, viewport: { width: 1200, height: 850 } })
  steps = stepsOn(page, stack.url)
  await signIn(page.request, stack.url, admin)
  const { id } = await steps.call('POST', '/integrations', {
    connector: 'confluence',
    name: 'Sample site',
    settings: { deployment: 'cloud', url: stack.confluence, username: botEmail, spaces: 'all', readers: 'members' },
    secret: { apiKey: stack.apiKey },
  })
  await expect
    .poll(async () => (await steps.call('GET', `/integrations/${id}/runs`)).items[0]?.status, { timeout: 120_000 })
    .toBe('succeeded')
  for (const scope of ['global', 'space:SUP']) {
    await steps.call('POST', `/scopes/${scope}/key`)
    await steps.call('POST', `/scopes/${scope}/credentials`, {
      name: scope === 'global' ? 'CRM bot' : 'Ticket desk',
      kind: 'custom',
      custom: { header: 'X-Api-Key', value: 'sesame' },
      domains: [sink.host],
      allowHttp: true,
    })
  }
})

test.afterAll(async () => {
  await page?.close()
  await stack?.[Symbol.asyncDispose]()
  await sink?.[Symbol.asyncDispose]()
})

const group = (name: string) => page.getByRole('group', { name, exact: true })

test('a space’s settings lead to its workflows, and there is none at first', async () => {
  await page.goto('/spaces/SUP')
  await page.getByRole('main').getByRole('link', { name: 'Credentials' }).click()
  await page
    .getByRole('navigation', { name: /^Settings of/ })
    .getByRole('link', { name: 'Workflows' })
    .click()
  await expect(page).toHaveURL(/\/spaces\/SUP\/settings\/workflows$/)
  await expect(page.getByRole('heading', { name: 'No workflows yet' })).toBeVisible()
  await page.getByRole('link', { name: 'Create workflow' }).first().click()
  await page.getByRole('link', { name: 'Begin: From scratch' }).click()
  await expect(page.getByRole('button', { name: 'Create workflow' })).toBeVisible()
})

test('statuses and transitions are built, and stand in the diagram', async () => {
  await page.getByRole('region', { name: 'General' }).getByLabel('Name').fill('Publish')
  for (const [index, name] of ['Draft', 'Review', 'Approved'].entries()) {
    await page.getByRole('button', { name: 'Add status' }).click()
    const fields = page.getByRole('list', { name: 'Statuses' }).getByRole('listitem').nth(index)
    await expect(fields.getByLabel('Name')).toBeFocused()
    await page.keyboard.type(name)
  }
  await group('status Approved')
    .getByLabel(/^Final/)
    .check()
  await group('status Approved').getByRole('button', { name: 'Let it expire' }).click()
  await expect(group('status Approved').getByLabel('As ISO 8601')).toHaveValue('P90D')
  await group('status Approved').getByLabel('Then the page').selectOption({ label: 'goes to Review' })
  await page.getByLabel('The page', { exact: true }).selectOption({ label: 'goes back to Draft' })
  for (const [index, name] of ['Ask for review', 'Approve'].entries()) {
    await page.getByRole('button', { name: 'Add transition' }).click()
    const fields = page.getByRole('list', { name: 'Transitions' }).getByRole('listitem').nth(index)
    await expect(fields.getByLabel('Name of the step')).toBeFocused()
    await page.keyboard.type(name)
  }
  const approve = group('transition Approve')
  await expect(approve.getByLabel('From')).toHaveValue('review')
  await expect(approve.getByLabel('To')).toHaveValue('approved')
  await approve.getByRole('combobox', { name: 'Who may' }).fill('Editors')
  await page.getByRole('option', { name: 'Editors of the space' }).click()
  await page.keyboard.press('Escape')
  await approve.getByLabel('Needs approvals').check()
  const diagram = page.getByRole('group', { name: 'Diagram: 3 statuses, 2 transitions' })
  await expect(diagram.getByRole('button', { name: 'Status Draft, first' })).toBeVisible()
  await expect(diagram.getByRole('button', { name: 'Status Approved, final' })).toBeVisible()
  const arrow = diagram.getByRole('button', { name: 'Transition Ask for review from Draft to Review' })
  await arrow.press('Enter')
  await expect(
    page.getByRole('list', { name: 'Transitions' }).getByRole('button', { expanded: true }).first(),
  ).toBeFocused()
})

test('an authenticated webhook is added, and what is wrong stands at its field', async () => {
  await page.getByRole('button', { name: 'Add trigger' }).click()
  const trigger = page.getByRole('list', { name: 'Triggers' }).getByRole('listitem').first()
  await expect(trigger.getByLabel('Name', { exact: true })).toBeFocused()
  await page.keyboard.type('Tell the CRM')
  const when = trigger.getByRole('combobox', { name: 'When' })
  await when.click()
  await page.getByRole('option', { name: 'Page approved' }).click()
  await page.getByRole('option', { name: 'Status changed' }).click()
  await page.keyboard.press('Escape')
  await expect(trigger.getByText('Runs in the name of the person who takes the step.')).toBeVisible()
  await trigger.getByRole('button', { name: 'Add condition' }).click()
  await trigger.getByLabel('Value').selectOption({ label: 'Approved' })
  await trigger.getByRole('button', { name: 'Add action' }).click()
  await page.getByRole('menuitem', { name: 'Call a system, with a credential' }).click()
  await trigger.getByRole('combobox', { name: 'Credential' }).click()
  await expect(page.getByRole('option', { name: /CRM bot.*Global/ })).toBeVisible()
  await page.getByRole('option', { name: /Ticket desk.*Space/ }).click()
  const url = trigger.getByLabel('URL')
  await url.fill('http://elsewhere.example/pages/')
  await expect(url).toHaveAccessibleDescription(/may not be sent there|is not allowed/)
  await url.fill(`http://${sink.host}/pages/`)
  await url.press('End')
  await page.keyboard.type('${page.i')
  await page.getByRole('option', { name: '${page.id}' }).click()
  await expect(url).toHaveValue(`http://${sink.host}/pages/\${page.id}`)
  // What is said below the field moves what stands under it: a click before that would miss.
  await expect(trigger.getByText('The credential may be sent there.')).toBeVisible()
  await expect(url).not.toHaveAttribute('aria-invalid', 'true')
  await trigger.getByRole('radiogroup', { name: 'Kind of body' }).getByText('JSON').click()
  const body = trigger.getByRole('textbox', { name: 'JSON body' })
  await body.fill('{ "title": "${page.titel}" }')
  await body.blur()
  await expect(body).toHaveAccessibleDescription(/page\.titel/)
  await body.fill('{ "title": "${page.title}", "version": "${page.version}" }')
  await expect(page.getByText(/^Nothing is missing/)).toBeVisible()
})

test('it is saved, and its signing secret is shown once', async () => {
  await page.getByRole('button', { name: 'Create workflow' }).click()
  const dialog = page.getByRole('dialog', { name: 'The signing secret' })
  await expect(dialog.getByLabel('Secret', { exact: true })).toHaveValue(/^whsec_/)
  await dialog.getByRole('button', { name: 'I have copied it' }).click()
  await expect(page).toHaveURL(/\/spaces\/SUP\/settings\/workflows\/[0-9a-f-]{36}$/)
  await expect(page.getByRole('heading', { level: 1, name: 'Publish' })).toBeVisible()
  await expect(page.getByText('All is saved.')).toBeVisible()
})

test('a dry run shows which trigger would fire, and the exact request', async () => {
  await page.getByRole('tab', { name: 'Dry run' }).click()
  const { items } = await steps.call('GET', '/documents?space=SUP&type=page&limit=1')
  await page.getByRole('combobox', { name: 'Page' }).fill(items[0].title)
  await page.getByRole('option', { name: items[0].title }).first().click()
  await page.getByLabel('From status').selectOption({ label: 'Review' })
  await page.getByLabel('To status').selectOption({ label: 'Approved' })
  await page.getByRole('button', { name: 'Dry run' }).click()
  await expect(page.getByRole('heading', { name: '1 of 1 triggers would fire' })).toBeVisible()
  const request = page.getByRole('region', { name: /^Request: POST/ })
  await expect(request).toContainText(`POST http://${sink.host}/pages/`)
  await expect(request).toContainText(/x-api-key: \[secret\]/i)
  await expect(request).toContainText(/"version": \d+/)
  await expect(request).not.toContainText('sesame')
})

test('form and JSON are one definition', async () => {
  await page.getByRole('tab', { name: 'Definition' }).click()
  await page.getByRole('radiogroup', { name: 'How the definition is shown' }).getByText('JSON').click()
  const json = page.getByRole('textbox', { name: 'Definition as JSON' })
  await expect(json).toContainText('"expiresAfter": "P90D"')
  await json.fill('{ "name": ')
  await expect(page.getByText('This is not JSON yet').first()).toBeVisible()
  const { items } = await steps.call('GET', '/scopes/space:SUP/workflows')
  const { definition } = await steps.call('GET', `/workflows/${items[0].id}`)
  const onExpiry = definition.statuses.with(2, { ...definition.statuses[2], expiresAfter: 'P6M' })
  await json.fill(JSON.stringify({ ...definition, statuses: onExpiry, description: 'Changed as JSON' }))
  await page.getByRole('radiogroup', { name: 'How the definition is shown' }).getByText('Form').click()
  await expect(page.getByLabel('Description')).toHaveValue('Changed as JSON')
  await expect(page.getByText('After 6 months: to Review')).toBeVisible()
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByText('All is saved.')).toBeVisible()
  await page.getByRole('tab', { name: 'Versions' }).click()
  await expect(page.getByRole('list', { name: 'Versions' }).getByRole('listitem')).toHaveCount(2)
})

test('what is not saved is not lost by a click', async () => {
  await page.getByRole('tab', { name: 'Definition' }).click()
  await page.getByLabel('Description').fill('Not to be lost')
  await page.getByRole('link', { name: '‹ Workflows' }).click()
  const dialog = page.getByRole('dialog', { name: 'Leave without saving?' })
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await expect(page.getByLabel('Description')).toHaveValue('Not to be lost')
  await page.getByRole('link', { name: '‹ Workflows' }).click()
  await dialog.getByRole('button', { name: 'Leave' }).click()
  await expect(page.getByRole('row', { name: /Publish/ })).toContainText('3 statuses, 1 trigger')
})

test('it is exported, and deleted with a word on its pages', async () => {
  const downloading = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Export JSON: Publish' }).click()
  expect((await downloading).suggestedFilename()).toBe('Publish.workflow.json')
  await page.getByRole('button', { name: 'Delete: Publish' }).click()
  const dialog = page.getByRole('dialog', { name: 'Delete “Publish”?' })
  await expect(dialog).toContainText('No page that you may read is in it.')
  await dialog.getByRole('button', { name: 'Delete workflow' }).click()
  await expect(page.getByRole('heading', { name: 'No workflows yet' })).toBeVisible()
})

test('a space takes a copy of a global one, and sees that the original has changed', async () => {
  const definition = {
    name: 'Greet',
    triggers: [{ id: 'new', on: 'page.created', do: [{ type: 'add-label', label: 'fresh' }] }],
  }
  const { id } = await steps.call('POST', '/scopes/global/workflows', { definition, enabled: false })
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Workflows' }).click()
  await page.getByRole('button', { name: 'Copy: Greet' }).click()
  const dialog = page.getByRole('dialog', { name: 'Copy “Greet”' })
  await dialog.getByLabel('Into').selectOption('space:SUP')
  await dialog.getByRole('button', { name: 'Copy', exact: true }).click()
  await expect(dialog).toBeHidden()
  const changed = { ...definition, description: 'Says hello' }
  await steps.call('PUT', `/workflows/${id}`, { definition: changed, enabled: false, version: 1 })
  await page.goto('/spaces/SUP/settings/workflows')
  const row = page.getByRole('row', { name: /Greet/ })
  await expect(row).toContainText('Copy of Greet')
  await expect(row).toContainText('the original has changed')
  await row.getByRole('link', { name: 'Greet' }).click()
  await expect(page.getByText('The original “Greet” has changed since it was copied')).toBeVisible()
})
