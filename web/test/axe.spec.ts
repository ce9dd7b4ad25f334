import { expect, test } from './fixtures.ts'
import { pagesOf, visit } from './pages.ts'
import { seriousFaults } from './serious-faults.ts'

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`in ${colorScheme}`, () => {
    test.use({ colorScheme, contextOptions: { reducedMotion: 'reduce' } })

    test('no page has a serious accessibility fault', async ({ signedIn, filled }) => {
      test.setTimeout(360_000)
      for (const [path, heading] of pagesOf(filled)) {
        await visit(signedIn, path, heading)
        expect(await seriousFaults(signedIn), path).toEqual([])
      }
    })

    test('the sign-in page and the dialogs have none either', async ({ page, signedIn, browser, filled }) => {
      await signedIn.goto('/settings/integrations')
      for (const button of ['Test connection', 'Delete']) {
        await signedIn.getByRole('button', { name: button, exact: true }).first().click()
        await expect(signedIn.getByRole('dialog')).toBeVisible()
        expect(await seriousFaults(signedIn), button).toEqual([])
        await page.keyboard.press('Escape')
        await expect(signedIn.getByRole('dialog')).toBeHidden()
      }
      const strangers = await browser.newContext({ colorScheme, reducedMotion: 'reduce', baseURL: filled.url })
      const stranger = await strangers.newPage()
      await stranger.goto('/sign-in')
      await expect(stranger.getByRole('button', { name: 'Sign in' })).toBeVisible()
      expect(await seriousFaults(stranger), '/sign-in').toEqual([])
      await strangers.close()
    })
  })
}
