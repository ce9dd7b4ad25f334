import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { Integration } from '#schema/integration.ts'
import { refusal } from './connecting.ts'
import { BOT, PASSWORD, startDataCenterSite, TOKEN, USUAL, type DataCenterSite } from './data-center-site.ts'
import { jsonReply, pageReply, redirectReply, startLoopback, type Loopback } from './loopback.ts'

let site: DataCenterSite
let elsewhere: Loopback
beforeAll(async () => {
  elsewhere = await startLoopback(jsonReply(404, {}))
  site = await startDataCenterSite({ pages: 6, spaces: 2 }, elsewhere.host)
})
afterAll(async () => {
  await site[Symbol.asyncDispose]()
  await elsewhere[Symbol.asyncDispose]()
})
beforeEach(() => {
  site.simulator.control.clearFaults()
  site.simulator.control.setDataCenter(USUAL)
  site.simulator.control.setSpaces(BOT, null)
})

const kindOf = async () => {
  const row = await site.db
    .selectFrom('credentials')
    .select(['kind', 'username', 'domains'])
    .orderBy('created_at', 'desc')
    .executeTakeFirst()
  return row
}

test('a token goes alone, to the site only; the context path belongs to the address', async () => {
  const answer = await site.ask({ url: `${site.simulator.url}/display/SPACE/Some+page` })
  const made = Integration.parse(answer.body)
  expect(made).toMatchObject({
    settings: { deployment: 'data-center', url: site.simulator.url, username: '', gateway: false },
    state: 'connected',
  })
  expect(made.lastCheck?.checks.map(({ name, ok }) => [name, ok])).toEqual([
    ['Address', true],
    ['Clock', true],
    ['User name and API key', true],
    ['Version', true],
    ['Read pages', true],
    ['Search', true],
    ['Spaces', true],
  ])
  expect(made.lastCheck?.checks[0]?.detail).toContain('the rest of what was pasted')
  expect(await kindOf()).toEqual({ kind: 'bearer', username: null, domains: [new URL(site.simulator.url).host] })
  expect(await site.admin.post(`/integrations/${made.id}/test`)).toMatchObject({ body: { ok: true } })
})

test('a user name goes with its password', async () => {
  expect(await site.ask({ username: 'bot' }, PASSWORD)).toMatchObject({ status: 201, body: { state: 'connected' } })
  expect(await kindOf()).toMatchObject({ kind: 'basic', username: 'bot' })
})

describe('what is wrong is told:', () => {
  test('T8: a token in the place of the password', async () => {
    const { detail } = refusal(await site.ask({ username: 'bot' }, TOKEN), 422, 'key-rejected')
    expect(detail).toMatch(/This is a personal access token, not a password.*leave the user name empty/)
  })

  test('T1: a wrong password, and no guess that it is a token', async () => {
    const { detail } = refusal(await site.ask({ username: 'bot' }, 'wrong'), 422, 'key-rejected')
    expect(detail).toMatch(/refuses the user name bot with this password/)
    expect(detail).not.toMatch(/This is a personal access token/)
  })

  test('a password in the place of the token', async () => {
    expect(refusal(await site.ask({}, PASSWORD), 422, 'key-rejected').detail).toMatch(
      /refuses this personal access token.*If it is a password, give the user name/,
    )
  })

  test('passwords are switched off there', async () => {
    site.simulator.control.setDataCenter({ passwords: false })
    expect(refusal(await site.ask({ username: 'bot' }, PASSWORD), 422, 'key-rejected').detail).toMatch(
      /password is switched off there/,
    )
  })

  test('T6: single sign-on stands before the API for everybody, by name of its host alone', async () => {
    site.simulator.control.setDataCenter({ sso: 'all' })
    const { detail, checks } = refusal(await site.ask(), 422, 'login-page')
    expect(detail).toMatch(/sends programs to sign in at \S+ \(302\): single sign-on stands before the REST API/)
    expect(detail).toContain('/confluence/rest/api')
    expect(JSON.stringify(checks)).not.toContain('?')
  })

  test('T6: single sign-on that lets tokens through is no obstacle, but is one for passwords', async () => {
    site.simulator.control.setDataCenter({ sso: 'no-token' })
    expect((await site.ask()).status).toBe(201)
    refusal(await site.ask({ username: 'bot' }, PASSWORD), 422, 'login-page')
  })

  test('a page for administrators to sign in once more answers in the place of data', async () => {
    site.simulator.control.setFault({ kind: 'websudo-page', match: { path: '/user/current' } })
    expect(refusal(await site.ask(), 422, 'login-page').detail).toMatch(/answers with a sign-in page/)
  })

  test('the context path is missing, and the right one is named', async () => {
    const { origin } = new URL(site.simulator.url)
    const { detail } = refusal(await site.ask({ url: origin }), 422, 'not-confluence')
    expect(detail).toBe(`There is no Confluence at ${origin}. One answers at ${origin}/confluence: type that.`)
  })

  test('something else answers, without the key ever being sent there', async () => {
    for (const reply of [jsonReply(404, {}), pageReply(200, '<h1>Printer</h1>'), jsonReply(200, { ok: true })]) {
      elsewhere.reply = reply
      elsewhere.asked.length = 0
      expect(refusal(await site.ask({ url: elsewhere.url }), 422, 'not-confluence').detail).toMatch(
        /not like Confluence/,
      )
      expect(elsewhere.asked.length).toBeGreaterThan(0)
      expect(JSON.stringify(elsewhere.asked)).not.toContain(TOKEN)
    }
  })

  test.each(['6.15.10', '7.8.3'])('version %s is too old, as its page for signing in shows', async (version) => {
    site.simulator.control.setDataCenter({ version })
    const { detail } = refusal(await site.ask({ username: 'bot' }, PASSWORD), 422, 'too-old')
    expect(detail).toBe(`This is Confluence ${version}. Lockkeeper needs 7.9 or newer.`)
  })

  test('a captcha waits for the account', async () => {
    const denied = jsonReply(401, {}, { 'x-seraph-loginreason': 'AUTHENTICATION_DENIED' })
    elsewhere.reply = (response, request) =>
      (request.url.includes('/user/current') ? denied : jsonReply(200, { results: [] }))(response, request)
    const answer = await site.ask({ url: elsewhere.url, username: 'bot' }, 'right')
    expect(refusal(answer, 422, 'key-rejected').detail).toMatch(
      /asks bot to solve a captcha.*Sign in once in the browser/,
    )
  })

  test('another path or scheme is the right one', async () => {
    elsewhere.reply = redirectReply(`${elsewhere.url}/docs/rest/api/space?limit=1`)
    const { detail } = refusal(await site.ask({ url: elsewhere.url }), 422, 'not-confluence')
    expect(detail).toContain(`redirects to ${elsewhere.url}/docs/rest/api/space (302)`)
  })

  test('a page to sign in stands before everything, the key or none', async () => {
    elsewhere.reply = pageReply(200, '<html><form>Log in <input name="os_password"></form></html>')
    refusal(await site.ask({ url: elsewhere.url }), 422, 'login-page')
  })

  test('R2: requests are limited by 403, as old servers say it', async () => {
    site.simulator.control.setFault({
      kind: 'status',
      status: 403,
      headers: { 'retry-after': '9' },
      match: { path: '/user/current' },
    })
    expect(refusal(await site.ask(), 422, 'rate-limited').detail).toMatch(/\(403\). Wait 9 seconds/)
  })

  test('T5: no space is visible, or not a chosen one', async () => {
    const [known = ''] = site.simulator.control.truth().spaces.map((space) => space.key)
    const { detail } = refusal(await site.ask({ spaces: [known, 'NOPE'] }), 422, 'space-not-found')
    expect(detail).toContain('does not see NOPE.')
    site.simulator.control.setSpaces(BOT, [])
    refusal(await site.ask(), 422, 'no-space')
  })

  test('a site of the cloud', async () => {
    refusal(await site.ask({ url: 'sorrelby.atlassian.net' }), 422, 'bad-address')
  })
})

describe('a change', () => {
  test('keeps the deployment', async () => {
    const { id } = Integration.parse((await site.ask()).body)
    const answer = await site.admin.patch(`/integrations/${id}`, { settings: { deployment: 'cloud' } })
    expect(refusal(answer, 422, 'deployment-fixed').errors[0]?.path).toBe('settings.deployment')
  })

  test('from the token to a password demands it, and seals it for its own way', async () => {
    const { id } = Integration.parse((await site.ask()).body)
    const alone = await site.admin.patch(`/integrations/${id}`, { settings: { username: 'bot' } })
    refusal(alone, 422, 'key-needed')
    const both = await site.admin.patch(`/integrations/${id}`, {
      settings: { username: 'bot' },
      secret: { apiKey: PASSWORD },
    })
    expect(both).toMatchObject({ status: 200, body: { settings: { username: 'bot' } } })
    expect(await site.admin.post(`/integrations/${id}/test`)).toMatchObject({ body: { ok: true } })
    const back = await site.admin.patch(`/integrations/${id}`, {
      settings: { username: '' },
      secret: { apiKey: TOKEN },
    })
    expect(back).toMatchObject({ status: 200, body: { settings: { username: '' } } })
    expect(await site.admin.post(`/integrations/${id}/test`)).toMatchObject({ body: { ok: true } })
  })
})
