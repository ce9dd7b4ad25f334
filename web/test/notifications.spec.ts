import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { expect, signIn, test } from './fixtures.ts'
import { admin } from './stack.ts'

const DAY_MS = 86_400_000

test.describe.configure({ mode: 'serial' })

test.beforeAll(async ({ stack, browser }) => {
  test.setTimeout(180_000)
  const context = await browser.newContext()
  await signIn(context.request, stack.url, admin)
  const post = async (path: string, data?: unknown) => {
    const answer = await context.request.post(`${stack.url}/api/v1${path}`, { data, headers: { origin: stack.url } })
    expect(answer.status(), await answer.text()).toBe(201)
  }
  // Files that run before share the server, and may have made the key.
  const scope = await (await context.request.get(`${stack.url}/api/v1/scopes/global`)).json()
  if (scope.key === null) await post('/scopes/global/key')
  const expiring = { kind: 'bearer', bearer: { token: 'not-looked-at' }, domains: ['api.example.com'] }
  for (const [name, days] of [
    ['Statuspage', 20],
    ['jira-bot', 5],
    ['A name-without-spaces-that-is-far-longer-than-any-column-of-a-narrow-screen-could-ever-be', -1],
  ] as const) {
    const expiresAt = new Date(Date.now() + days * DAY_MS).toISOString()
    await post('/scopes/global/credentials', { ...expiring, name, expiresAt })
  }
  // The server looks once a minute.
  const unread = async () => (await (await context.request.get(`${stack.url}/api/v1/notifications`)).json()).unread
  await expect.poll(unread, { timeout: 90_000, intervals: [1000] }).toBe(3)
  await context.close()
})

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [1200, 400]) {
    test.describe(`in ${colorScheme} at ${width} px`, () => {
      test.use({ colorScheme, viewport: { width, height: 800 }, contextOptions: { reducedMotion: 'reduce' } })

      test('the bell tells how many are unread, and opens a list without faults', async ({ signedIn }, info) => {
        const list = await openBell(signedIn)
        await expect(list.getByRole('listitem')).toHaveCount(3)
        await expect(list.getByRole('link', { name: 'Credential "jira-bot" expires in 5 days' })).toBeVisible()
        const excess = await signedIn.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
        expect(excess).toBeLessThanOrEqual(0)
        await signedIn.screenshot({ path: info.outputPath(`bell-${colorScheme}-${width}.png`) })
        const { violations } = await new AxeBuilder({ page: signedIn }).analyze()
        expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([])
        await signedIn.keyboard.press('Escape')
        await expect(list).toBeHidden()
        await expect(bell(signedIn)).toBeFocused()
      })
    })
  }
}

test('one is marked as read, one is read by following it, and then all are', async ({ signedIn }) => {
  const list = await openBell(signedIn)
  await list.getByRole('button', { name: 'Mark as read: Credential "Statuspage" expires in 20 days' }).click()
  await expect(bell(signedIn)).toHaveAccessibleName('Notifications, 2 unread')
  await list.getByRole('link', { name: 'Credential "jira-bot" expires in 5 days' }).click()
  await expect(signedIn).toHaveURL(/\/settings\/credentials$/)
  await expect(list).toBeHidden()
  await expect(bell(signedIn)).toHaveAccessibleName('Notifications, 1 unread')
  await bell(signedIn).click()
  await list.getByRole('button', { name: 'Mark all as read' }).click()
  await expect(bell(signedIn)).toHaveAccessibleName('Notifications')
  await expect(list.getByText('Unread:')).toHaveCount(0)
})

function bell(page: Page) {
  return page.getByRole('button', { name: /^Notifications/ })
}

async function openBell(page: Page) {
  await page.goto('/spaces')
  await expect(bell(page)).toHaveAccessibleName('Notifications, 3 unread')
  await bell(page).click()
  const list = page.getByRole('dialog', { name: /^Notifications/ })
  await expect(list).toBeVisible()
  return list
}
