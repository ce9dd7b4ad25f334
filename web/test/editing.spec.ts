import { type Locator, type Page, expect, test } from '@playwright/test'
import { type Site, connectSample, signIn } from './fixtures.ts'
import { seriousFaults } from './serious-faults.ts'
import { type Stack, admin, startStack } from './stack.ts'

// Pages are written here and in Confluence. Each step stands on the one before.
test.describe.configure({ mode: 'serial' })

const paragraphs = [
  'The upper gate is red.',
  'Then water.',
  'The middle gate is old.',
  'Water again.',
  'The lower gate is new.',
]

let stack: Stack
let site: Site
let page: Page
let id: string
let externalId: string

test.beforeAll(async ({ browser }) => {
  test.setTimeout(150_000)
  stack = await startStack({ withAdmin: true })
  site = await connectSample(stack)
  const context = await browser.newContext({
    baseURL: stack.url,
    viewport: { width: 1200, height: 850 },
    reducedMotion: 'reduce', // what is still fading in has too little contrast
  })
  page = await context.newPage()
  await signIn(page.request, stack.url, admin)
})

test.afterAll(async () => {
  await page?.context().close()
  await stack?.[Symbol.asyncDispose]()
})

test('a new page is written in Markdown, looked at, and made in Confluence', async () => {
  await page.goto('/spaces/SUP')
  await page.getByRole('link', { name: 'New page' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'New page' })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Create page' })).toHaveAccessibleDescription('Give it a title first.')
  await page.getByLabel('Title').fill('Gates of the canal')
  await write(textOf(page), `${paragraphs.join('\n\n')}\n\n## Who opens them\n\n- Ada\n- Bo\n`)
  const preview = page.getByRole('tabpanel', { name: 'Preview' })
  await expect(preview.getByRole('heading', { name: 'Who opens them' })).toBeVisible()
  await page.getByRole('tab', { name: 'Changes' }).click()
  await expect(page.getByRole('list', { name: 'Changes' }).getByText('Added').first()).toBeVisible()
  await page.getByRole('combobox', { name: 'Labels' }).fill('gates')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Create page' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Gates of the canal' })).toBeVisible()
  await expect(page.getByRole('article').getByText(paragraphs[0] ?? '')).toBeVisible()
  id = /documents\/([0-9a-f-]{36})/.exec(page.url())?.[1] ?? ''
  externalId = String((await site.call('GET', `/documents/${id}`)).externalId)
  expect(stack.simulator.control.page(externalId)).toMatchObject({ title: 'Gates of the canal', labels: ['gates'] })
})

test('an edit shows what it changes, word by word, and is saved from the keyboard', async () => {
  await page.getByRole('link', { name: 'Edit', exact: true }).click()
  await expect(page.getByRole('button', { name: 'Save' })).toHaveAccessibleDescription('Nothing has changed yet.')
  await change(textOf(page), 'The lower gate is new.', 'The lower gate is quite new.')
  await page.getByRole('tab', { name: 'Changes' }).click()
  const changes = page.getByRole('list', { name: 'Changes' })
  await expect(changes.locator('ins')).toContainText('quite')
  await expect(page.getByText('1 block changed.')).toBeVisible()
  expect(await seriousFaults(page)).toEqual([])
  await page.getByLabel('Message about this version').fill('It is not that new')
  await textOf(page).press('Control+s')
  await expect(page.getByText('“Gates of the canal” was saved')).toBeVisible()
  await expect(page.getByRole('article')).toContainText('quite new')
  expect(stack.simulator.control.page(externalId)).toMatchObject({ version: 2 })
  expect(stack.simulator.control.page(externalId).storage).toContain('quite new')
})

test('what another person changes elsewhere on the page is put together with one’s own', async () => {
  await page.getByRole('link', { name: 'Edit', exact: true }).click()
  await change(textOf(page), 'quite new', 'rather new')
  editThere('The middle gate is old.', 'The middle gate is ancient.')
  await page.getByRole('tab', { name: 'Changes' }).click()
  await expect(page.getByText('Somebody else has changed other places meanwhile')).toBeVisible()
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('article')).toContainText('rather new')
  const { storage } = stack.simulator.control.page(externalId)
  expect(storage).toContain('ancient')
  expect(storage).toContain('rather new')
})

test('unsaved text survives a question, a reload and a sign-out', async () => {
  await page.getByRole('link', { name: 'Edit', exact: true }).click()
  await change(textOf(page), 'The upper gate is red.', 'The upper gate is blue.')
  await page.getByRole('link', { name: 'Spaces', exact: true }).click()
  const question = page.getByRole('dialog', { name: 'Leave without saving?' })
  await question.getByRole('button', { name: 'Cancel' }).click()
  await expect(textOf(page)).toContainText('is blue')
  page.once('dialog', (dialog) => void dialog.accept())
  await page.reload()
  await expect(page.getByText('Your unsaved text is back')).toBeVisible()
  await expect(textOf(page)).toContainText('is blue')
  await page.request.delete('/api/v1/sessions/current', { headers: { origin: stack.url } })
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible()
  await page.getByLabel('E-mail').fill(admin.email)
  await page.getByLabel('Password', { exact: true }).fill(admin.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(textOf(page)).toContainText('is blue')
})

test('a conflict shows both sides, and nothing is overwritten before one is chosen', async () => {
  editThere('The upper gate is red.', 'The upper gate is green.')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('heading', { name: /changed the same place/ })).toBeFocused()
  const block = page.getByRole('region', { name: 'Place 1 of 1' })
  await expect(block.getByRole('region', { name: 'Yours' })).toContainText('The upper gate is blue.')
  await expect(block.getByRole('region', { name: 'Theirs' })).toContainText('The upper gate is green.')
  await block.getByText('What it was before').click()
  await expect(block).toContainText('The upper gate is red.')
  await block.getByText('Storage', { exact: true }).click()
  await expect(block.getByRole('region', { name: 'Theirs' })).toContainText('<p>The upper gate is green.</p>')
  await expect(page.getByRole('button', { name: 'Save' })).toHaveAccessibleDescription(/Choose a side/)
  expect(await seriousFaults(page)).toEqual([])
  expect(stack.simulator.control.page(externalId).storage).not.toContain('blue')

  await block.getByRole('radio', { name: 'Both, yours first' }).check()
  await page.getByRole('button', { name: 'Back to my text' }).click()
  await expect(textOf(page)).toContainText('is blue')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(block.getByRole('radio', { name: 'Both, yours first' })).toBeChecked()
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('article')).toContainText('The upper gate is blue.')
  const { storage } = stack.simulator.control.page(externalId)
  expect(storage).toContain('<p>The upper gate is blue.</p><p>The upper gate is green.</p>')
  expect(storage).toContain('ancient')
})

test('a side is also written by hand, and another edit meanwhile asks once more', async () => {
  await page.getByRole('link', { name: 'Edit', exact: true }).click()
  await change(textOf(page), 'is blue', 'is violet')
  editThere('is blue', 'is black')
  await page.getByRole('button', { name: 'Save' }).click()
  const block = page.getByRole('region', { name: 'Place 1 of 1' })
  await block.getByRole('radio', { name: 'Edit by hand' }).check()
  await write(block.getByRole('textbox', { name: /written by hand/ }), '<p>The upper gate is of some colour.</p>')
  // Another text has other conflicts.
  await page.getByRole('button', { name: 'Back to my text' }).click()
  await change(textOf(page), 'is violet', 'is grey')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(block.getByRole('region', { name: 'Yours' })).toContainText('is grey')
  await expect(block.getByRole('radiogroup', { name: 'Keep' }).getByRole('radio', { checked: true })).toHaveCount(0)
  await block.getByRole('radio', { name: 'Edit by hand' }).check()
  await write(block.getByRole('textbox', { name: /written by hand/ }), '<p>The upper gate is of no colour.</p>')
  editThere('is black', 'is white')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(block.getByRole('region', { name: 'Theirs' })).toContainText('is white')
  await expect(block.getByRole('region', { name: 'Yours' })).toContainText('of no colour')
  await block.getByRole('radio', { name: 'Yours', exact: true }).check()
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('article')).toContainText('of no colour')
  expect(stack.simulator.control.page(externalId).storage).not.toContain('is white')
})

test('what Markdown has no words for is kept, byte for byte', async () => {
  const macro =
    '<ac:structured-macro ac:name="jira" ac:schema-version="1"><ac:parameter ac:name="key">GATE-1</ac:parameter></ac:structured-macro>'
  stack.simulator.control.editPage(externalId, { storage: `<p>Before.</p>${macro}<p>Behind.</p>` })
  await site.sync()
  await page.goto(`/spaces/SUP/documents/${id}/edit`)
  const text = textOf(page)
  await expect(text.getByText(/^Kept as it is: .*jira/)).toBeVisible()
  await change(text, 'Behind.', 'Far behind.')
  // Typed at the end of the kept line, it gets a line of its own.
  await text.getByText(/^Kept as it is: /).click()
  await page.keyboard.press('End')
  await page.keyboard.type('Between.')
  await expect(text.getByText(/^Kept as it is: .*jira/)).toBeVisible()
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('article')).toContainText('Far behind.')
  expect(stack.simulator.control.page(externalId).storage).toBe(
    `<p>Before.</p>${macro}<p>Between.</p><p>Far behind.</p>`,
  )
})

test('storage is written as it stands, as a minor edit', async () => {
  await page.getByRole('link', { name: 'Edit', exact: true }).click()
  await page.getByText('Storage', { exact: true }).click()
  await expect(textOf(page)).toContainText('<p>Before.</p>')
  const written = '<p>Before.</p><p style="text-align: center;">In the middle.</p>'
  await write(textOf(page), written)
  await expect(page.getByText('Edited storage is Markdown again once it is saved.')).toBeVisible()
  await page.getByLabel('Minor edit').check()
  await page.getByLabel('Message about this version').fill('Centred')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('article')).toContainText('In the middle.')
  expect(stack.simulator.control.page(externalId).storage).toBe(written)
  await page.getByRole('tab', { name: 'Versions' }).click()
  const newest = page.getByRole('list', { name: 'Versions' }).getByRole('listitem').first()
  await expect(newest).toContainText('Centred')
  await expect(newest).toContainText(/minor/i)
})

test('labels are set, and the page is moved, trashed and taken back', async () => {
  await page.getByRole('button', { name: 'More for Gates of the canal' }).click()
  await page.getByRole('menuitem', { name: 'Edit labels' }).click()
  await page.getByRole('dialog').getByRole('combobox', { name: 'Labels' }).fill('canal')
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('link', { name: 'Label canal' })).toBeVisible()

  await page.getByRole('button', { name: 'More for Gates of the canal' }).click()
  await page.getByRole('menuitem', { name: 'Move', exact: true }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('combobox', { name: 'Page' }).fill('Glossary')
  await page.getByRole('option', { name: 'Glossary' }).first().click()
  await dialog.getByRole('button', { name: 'Move' }).click()
  await expect(page.getByRole('navigation', { name: 'Breadcrumbs' })).toContainText('Glossary')

  await page.getByRole('button', { name: 'More for Gates of the canal' }).click()
  await page.getByRole('menuitem', { name: 'Move to the trash' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Move to the trash' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Glossary' })).toBeVisible()
  expect(stack.simulator.control.page(externalId).status).toBe('trashed')
  await page.getByRole('button', { name: 'Restore it' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Gates of the canal' })).toBeVisible()
  expect(stack.simulator.control.page(externalId).status).toBe('current')
})

test('an edit that an API key proposed is compared and approved; another is rejected', async () => {
  const { key } = await site.call('POST', '/api-keys', { name: 'agent', scopes: ['read', 'propose'] })
  const propose = async (words: string) => {
    const { version } = await site.call('GET', `/documents/${id}`)
    const answer = await page.request.put(`/api/v1/documents/${id}`, {
      headers: { authorization: `Bearer ${String(key)}`, cookie: '' },
      data: { version, storage: `<p>${words}</p>`, message: 'Shorter' },
    })
    expect(answer.status(), await answer.text()).toBe(202)
  }
  await propose('Proposed by an agent.')
  await page.reload()
  await page.getByRole('link', { name: '1 proposed edit waits for a decision' }).click()
  await expect(page.getByText('by the API key “agent”')).toBeVisible()
  await expect(page.getByRole('list', { name: 'Changes' })).toContainText('Proposed by an agent.')
  expect(await seriousFaults(page)).toEqual([])
  await page.getByRole('button', { name: 'Approve' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Approve' }).click()
  await expect(page.getByText('“Gates of the canal” was published')).toBeVisible()
  expect(stack.simulator.control.page(externalId).storage).toBe('<p>Proposed by an agent.</p>')

  await propose('Nonsense.')
  await page.goto('/spaces/SUP')
  await page.getByRole('link', { name: 'Proposed edits, 1 waiting' }).click()
  await page.getByRole('link', { name: 'Gates of the canal' }).last().click()
  await page.getByRole('button', { name: 'Reject' }).click()
  await page.getByRole('dialog').getByLabel('Reason').fill('Not true')
  await page.getByRole('dialog').getByRole('button', { name: 'Reject' }).click()
  await expect(page.getByText(/: Not true$/)).toBeVisible()
  expect(stack.simulator.control.page(externalId).storage).toBe('<p>Proposed by an agent.</p>')
})

function textOf(page: Page): Locator {
  return page.getByRole('textbox', { name: 'Text', exact: true })
}

/** Replaces all of a text. */
async function write(field: Locator, text: string): Promise<void> {
  await field.click()
  await field.press('Control+a')
  await field.page().keyboard.insertText(text)
}

/** Replaces some words in the editor, as somebody who selects and types over them. */
async function change(field: Locator, before: string, after: string): Promise<void> {
  await expect(field).toContainText(before)
  await field.evaluate((content, words) => {
    const walker = document.createTreeWalker(content, NodeFilter.SHOW_TEXT)
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const at = node.textContent?.indexOf(words) ?? -1
      if (at < 0) continue
      const range = document.createRange()
      range.setStart(node, at)
      range.setEnd(node, at + words.length)
      getSelection()?.removeAllRanges()
      getSelection()?.addRange(range)
      if (content instanceof HTMLElement) content.focus()
      return
    }
    throw new Error(`“${words}” is in no single line of the editor.`)
  }, before)
  await field.page().keyboard.insertText(after)
  await expect(field).toContainText(after)
}

/** Somebody edits the page in Confluence. */
function editThere(before: string, after: string): void {
  const { storage } = stack.simulator.control.page(externalId)
  if (!storage.includes(before)) throw new Error(`The page does not hold “${before}”: ${storage}`)
  stack.simulator.control.editPage(externalId, { storage: storage.replace(before, after) })
}
