import { type Locator, type Page, expect } from '@playwright/test'

export type Steps = ReturnType<typeof stepsOn>

/** What tests of credentials do again and again, on a page that an admin is signed in on. */
export function stepsOn(page: Page, url: string) {
  async function call(method: string, path: string, data?: unknown) {
    const answer = await page.request.fetch(`${url}/api/v1${path}`, {
      method,
      headers: { origin: url },
      ...(data !== undefined && { data }),
    })
    expect(answer.ok(), `${method} ${path}: ${answer.status()} ${await answer.text()}`).toBe(true)
    return answer.status() === 204 ? undefined : answer.json()
  }

  return {
    call,

    /** Follows the links to the credentials of a scope, as a person does. */
    async goTo(scope: string): Promise<void> {
      const key = /^space:(.+)$/.exec(scope)?.[1]
      await page.goto(key === undefined ? '/spaces' : `/spaces/${key}`)
      const place = key === undefined ? page.getByRole('navigation', { name: 'Main' }) : page.getByRole('main')
      await place.getByRole('link', { name: 'Credentials' }).click()
    },

    row(name: string): Locator {
      return page.getByRole('row').filter({ has: page.getByRole('button', { name, exact: true }) })
    },

    /** Opens a dialog of one credential by its icon. */
    async open(action: string, name: string): Promise<Locator> {
      await page.getByRole('button', { name: `${action}: ${name}` }).click()
      const dialog = page.getByRole('dialog', { name: new RegExp(`“${name}”`) })
      await expect(dialog).toBeVisible()
      return dialog
    },

    async openNew(name: string, kind: string): Promise<void> {
      await page.getByRole('button', { name: 'Create credential' }).click()
      const dialog = page.getByRole('dialog', { name: 'Create credential' })
      await dialog.getByLabel('Name', { exact: true }).fill(name)
      await dialog.getByText(kind, { exact: true }).click()
    },

    async find(scope: string, name: string): Promise<{ id: string; version: number }> {
      const { items } = await call('GET', `/scopes/${scope}/credentials`)
      return items.find((item: { name: string }) => item.name === name)
    },

    /** The first group as a reader of a space. */
    async asReader(): Promise<{ principal: string; role: string }[]> {
      const { items } = await call('GET', '/groups')
      return [{ principal: `group:${items[0].id}`, role: 'reader' }]
    },
  }
}

/** The day so many days from now, as a date field takes it. */
export function inDays(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)
}
