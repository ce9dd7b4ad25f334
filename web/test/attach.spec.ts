import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, type Page, expect, test } from '@playwright/test'
import { type Site, connectSample, signIn } from './fixtures.ts'
import { seriousFaults } from './serious-faults.ts'
import { type Stack, admin, startStack } from './stack.ts'

// Files are attached to a page. Each step stands on the one before.
test.describe.configure({ mode: 'serial' })

const MEGABYTE = 1024 * 1024

let stack: Stack
let site: Site
let page: Page
let address: string
let externalId: string
let folder: string | undefined

test.beforeAll(async ({ browser }) => {
  test.setTimeout(150_000)
  stack = await startStack({ withAdmin: true, allow: '127.0.0.1' }) // files come from another port of the simulator
  externalId = stack.simulator.control.createPage({ space: 'SUP', title: 'Lamps', storage: '<p>They hang.</p>' }).id
  stack.simulator.control.addAttachment(externalId, { name: 'lamp.txt', content: 'A lamp of brass.' })
  site = await connectSample(stack)
  await site.call('PATCH', `/integrations/${site.integrationId}`, { settings: { attachmentMegabytes: 2 } })
  const { items } = await site.call('GET', '/documents?space=SUP&type=page&limit=250')
  const found = items.find(({ title }: { title: string }) => title === 'Lamps')
  address = `/spaces/SUP/documents/${String(found.id)}?tab=attachments`
  page = await visitor(browser, admin)
})

test.afterAll(async () => {
  await page?.context().close()
  await stack?.[Symbol.asyncDispose]()
  if (folder !== undefined) await rm(folder, { recursive: true })
})

test('several files are chosen, looked over, sent and listed; the same name is told to be a new version', async () => {
  await page.goto(address)
  await expect(attached(page, 'lamp.txt')).toContainText('version 1')
  await choose(page, [text('lamp.txt', 'A lamp of copper.'), text('Plan – A & B.txt', 'Where they hang.')])
  const lamp = chosen(page, 'lamp.txt')
  await expect(lamp).toContainText('attached already, in version 1: this becomes a new version of it')
  await expect(chosen(page, 'Plan – A & B.txt')).not.toContainText('new version')
  expect(await seriousFaults(page)).toEqual([])
  expect(namesThere()).toEqual(['lamp.txt 1'])

  await page.getByRole('textbox', { name: 'Comment' }).fill('As they are now')
  await page.getByRole('button', { name: 'Send 2 files' }).click()
  await expect(page.getByText('2 files were attached')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Attach file' })).toBeFocused()
  await expect(attached(page, 'lamp.txt')).toContainText('version 2 · As they are now')
  await expect(attached(page, 'Plan – A & B.txt')).toContainText('Its text is found')
  await expect(page.getByRole('heading', { name: 'Files to attach' })).toBeHidden()
  expect(namesThere()).toEqual(['Plan – A & B.txt 1', 'lamp.txt 2'])
})

test('a file that is too large is refused with the limit, and the others are sent', async () => {
  await choose(page, [text('large.txt', 'x'.repeat(2 * MEGABYTE + 1)), text('small.txt', 'x')])
  await expect(chosen(page, 'large.txt')).toContainText('2.1 MB, and “Sample site” takes files of at most 2 MB')
  await page.getByRole('button', { name: 'Send 1 file' }).click()
  await expect(page.getByText('“small.txt” was attached')).toBeVisible()
  await expect(chosen(page, 'large.txt')).toBeVisible()
  await expect(page.getByRole('button', { name: /^Send/ })).toBeHidden()
  await page.getByRole('button', { name: 'Remove large.txt from the list' }).click()
  await expect(page.getByRole('button', { name: 'Attach file' })).toBeFocused()
  expect(namesThere()).toEqual(['Plan – A & B.txt 1', 'lamp.txt 2', 'small.txt 1'])
})

test('a file that Confluence refuses says why beside it, and is tried again', async () => {
  const { control } = stack.simulator
  control.setFault({ kind: 'status', status: 403, match: { method: 'PUT', path: 'child/attachment', times: 1 } })
  await choose(page, [text('one.txt', '1'), text('two.txt', '2')])
  await page.getByRole('button', { name: 'Send 2 files' }).click()
  await expect(page.getByText('“two.txt” was attached')).toBeVisible()
  const failed = chosen(page, 'one.txt')
  await expect(failed.getByRole('alert')).toContainText('Give it the permission there.')
  expect(await seriousFaults(page)).toEqual([])
  await failed.getByRole('button', { name: 'Try again: one.txt' }).press('Enter')
  await expect(page.getByText('“one.txt” was attached')).toBeVisible()
  await expect(attached(page, 'one.txt')).toBeVisible()
  expect(namesThere()).toContain('one.txt 1')
})

test('files are dropped on the page, and a folder among them is none', async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockkeeper-dropped-'))
  await writeFile(join(folder, 'dropped.txt'), 'From the desk. '.repeat(70_000))
  await drop(page, [folder, join(folder, 'dropped.txt')])
  await expect(chosen(page, 'lockkeeper-dropped-')).toContainText('This is a folder.')
  await page.getByRole('button', { name: /^Remove lockkeeper-dropped-/ }).click()
  await expect(page.getByRole('heading', { name: 'Files to attach' })).toBeFocused()
  await expect(chosen(page, 'dropped.txt')).toBeVisible()
})

test('leaving while a file is being sent asks first; what was stopped has not arrived', async () => {
  const network = await page.context().newCDPSession(page)
  const uploadThroughput = 20_000 // bytes a second: what was dropped needs about a minute
  await network.send('Network.enable')
  const pace = (uploadThroughput: number) =>
    network.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: 0,
      downloadThroughput: -1,
      uploadThroughput,
    })
  await pace(uploadThroughput)
  await page.getByRole('button', { name: 'Send 1 file' }).click()
  const progress = page.getByRole('progressbar', { name: 'Sending dropped.txt' })
  await expect(progress).toHaveAttribute('aria-valuenow', /[1-9]/)
  await page.getByRole('tab', { name: 'Comments' }).click()
  const question = page.getByRole('dialog', { name: 'Leave while files are being sent?' })
  await question.getByRole('button', { name: 'Cancel' }).click()
  await page.getByRole('button', { name: 'Stop sending dropped.txt' }).click()
  await expect(progress).toBeHidden()
  await pace(-1)
  expect(namesThere()).not.toContain('dropped.txt 1')
  await page.getByRole('button', { name: 'Send 1 file' }).click()
  await expect(page.getByText('“dropped.txt” was attached')).toBeVisible()
  expect(namesThere()).toContain('dropped.txt 1')
})

test('who may not edit is offered nothing to attach with; who may is told the limit before anything is sent', async ({
  browser,
}) => {
  for (const [name, role] of [
    ['Rita Ford', 'reader'],
    ['Edda Sill', 'editor'],
  ] as const) {
    const person = { email: `${role}@lockkeeper.example`, password: admin.password }
    const { id } = await site.call('POST', '/users', { name, ...person, role: 'member' })
    const { members } = await site.call('GET', '/spaces/SUP/members')
    const present = members.map(({ principal, role }: { principal: string; role: string }) => ({ principal, role }))
    await site.call('PUT', '/spaces/SUP/members', { members: [...present, { principal: `user:${id}`, role }] })
    const theirs = await visitor(browser, person)
    await theirs.goto(address)
    await expect(attached(theirs, 'lamp.txt')).toBeVisible()
    if (role === 'reader') await expect(theirs.getByRole('button', { name: 'Attach file' })).toBeHidden()
    else {
      await choose(theirs, [text('large.txt', 'x'.repeat(2 * MEGABYTE + 1))])
      await expect(chosen(theirs, 'large.txt')).toContainText('“Sample site” takes files of at most 2 MB')
      await expect(theirs.getByRole('button', { name: /^Send/ })).toBeHidden()
    }
    await theirs.context().close()
  }
})

async function visitor(browser: Browser, person: { email: string; password: string }): Promise<Page> {
  const context = await browser.newContext({
    baseURL: stack.url,
    viewport: { width: 1200, height: 850 },
    reducedMotion: 'reduce', // what is still fading in has too little contrast
  })
  const page = await context.newPage()
  await signIn(page.request, stack.url, person)
  return page
}

function text(name: string, content: string) {
  return { name, mimeType: 'text/plain', buffer: Buffer.from(content) }
}

/** As a person does: by the button and the browser's dialog. */
async function choose(page: Page, files: ReturnType<typeof text>[]): Promise<void> {
  const dialog = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Attach file' }).click()
  await (await dialog).setFiles(files)
}

/** As a person does from another window: files and folders of this machine, on the page's heading. */
async function drop(page: Page, files: string[]): Promise<void> {
  const devtools = await page.context().newCDPSession(page)
  const data = { items: [], files, dragOperationsMask: 1 }
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await devtools.send('Input.dispatchDragEvent', { type, x: 600, y: 150, data })
  await devtools.detach()
}

function chosen(page: Page, name: string) {
  return page.getByRole('list', { name: 'Files to attach' }).getByRole('listitem').filter({ hasText: name })
}

function attached(page: Page, name: string) {
  return page.getByRole('table', { name: 'Attachments' }).getByRole('row').filter({ hasText: name })
}

/** What Confluence has, with its version. */
function namesThere(): string[] {
  return stack.simulator.control
    .truth()
    .attachments.filter(({ pageId, status }) => pageId === externalId && status === 'current')
    .map(({ name, version }) => `${name} ${version}`)
    .toSorted((a, b) => (a < b ? -1 : 1))
}
