import { afterAll, beforeAll, expect, test } from 'vitest'
import { connect, draftOf, refusal, startConnecting, type Connecting } from './connecting.ts'

let all: Connecting
beforeAll(async () => {
  all = await startConnecting()
})
afterAll(() => all[Symbol.asyncDispose]())

const create = (over?: Parameters<typeof draftOf>[1]) => all.admin.client.post('/integrations', draftOf(all, over))

test.each<[string, Record<string, unknown>, string]>([
  ['an empty name', { name: '' }, 'name'],
  ['a name of spaces', { name: '   ' }, 'name'],
  ['a name of 101 characters', { name: 'n'.repeat(101) }, 'name'],
  ['a name with a line break', { name: 'Hand\nbook' }, 'name'],
  ['a name with NUL', { name: 'Hand\u0000book' }, 'name'],
  ['no key', { secret: {} }, 'secret.apiKey'],
  ['an empty key', { secret: { apiKey: ' ' } }, 'secret.apiKey'],
  ['a key with a line break inside', { secret: { apiKey: 'abc\r\nX-Evil: 1' } }, 'secret.apiKey'],
  ['a key beyond ASCII', { secret: { apiKey: 'schlüssel' } }, 'secret.apiKey'],
  ['an endless key', { secret: { apiKey: 'k'.repeat(5000) } }, 'secret.apiKey'],
  ['an empty domain', { settings: { url: '' } }, 'settings.url'],
  ['an endless domain', { settings: { url: 'a'.repeat(501) } }, 'settings.url'],
  ['no chosen space', { settings: { spaces: [] } }, 'settings.spaces'],
  ['an unknown deployment', { settings: { deployment: 'server' } }, 'settings.deployment'],
  ['an unknown connector', { connector: 'sharepoint' }, 'connector'],
  ['an expiry that is no date', { apiKeyExpiresAt: 'soon' }, 'apiKeyExpiresAt'],
  ['an unknown field', { colour: 'red' }, 'colour'],
  ['an unknown setting', { settings: { apiToken: 'x' } }, 'settings.apiToken'],
  ['an unknown secret', { secret: { apiKey: 'x', password: 'y' } }, 'secret.password'],
])('%s is a 400 that names the field', async (_what, over, path) => {
  const { errors } = refusal(await create(over), 400, 'invalid-request')
  expect(errors.map((error) => error.path)).toEqual([path])
})

test.each<[string, Record<string, unknown>, string, string]>([
  ['no username', { username: undefined }, 'settings.username', 'invalid-request'],
  ['a username with a colon', { username: 'olu:x' }, 'settings.username', 'invalid-request'],
  ['a username with a tab', { username: 'o\tlu' }, 'settings.username', 'invalid-request'],
  ['a domain with a user name', { url: 'olu:hunter2@sorrelby.atlassian.net' }, 'settings.url', 'bad-address'],
  ['a domain with a port', { url: 'sorrelby.atlassian.net:8443' }, 'settings.url', 'bad-address'],
  ['another scheme', { url: 'ftp://sorrelby.atlassian.net' }, 'settings.url', 'bad-address'],
  ['a domain with a space', { url: 'sorrelby atlassian.net' }, 'settings.url', 'bad-address'],
])('%s is a 422 that names the field', async (_what, settings, path, code) => {
  const answer = await create({ settings })
  const { errors } = refusal(answer, 422, code)
  expect(errors.map((error) => error.path)).toEqual([path])
  expect(JSON.stringify(answer.body)).not.toContain('hunter2')
})

test('a name of 100 characters, an emoji among them, is kept as it is, without the space around it', async () => {
  const name = `🗝${'ß'.repeat(98)}`
  expect((await connect(all.admin.client, draftOf(all, { name: `  ${name} ` }))).name).toBe(name)
})

test('a page address of the site connects the site, and the check says what was dropped', async () => {
  const url = `${all.simulator.url}/wiki/spaces/ENG/pages/98400/Start?x=1`
  const made = await connect(all.admin.client, draftOf(all, { settings: { url } }))
  expect(made.settings.url).toBe(all.simulator.url)
  expect(made.lastCheck?.checks[0]?.detail).toMatch(/the rest of what was pasted .* is dropped/)
})

test('a taken name is refused in any letter case, before anything is sent', async () => {
  await connect(all.admin.client, draftOf(all, { name: 'Straßen Ämter' }))
  for (const name of ['Straßen Ämter', ' straßen ämter ', 'STRAßEN ÄMTER']) {
    const { errors } = refusal(await create({ name, settings: { url: all.deadUrl } }), 409, 'name-taken')
    expect(errors[0]?.path).toBe('name')
  }
})

test('of two who take one name at the same moment, one gets it', async () => {
  const answers = await Promise.all([create({ name: 'Twins' }), create({ name: 'TWINS' })])
  expect(answers.map((answer) => answer.status).sort((a, b) => a - b)).toEqual([201, 409])
  const loser = answers.find((answer) => answer.status === 409)
  if (loser !== undefined) refusal(loser, 409, 'name-taken')
})

test('several are made at the same moment', async () => {
  const answers = await Promise.all([create(), create(), create(), create()])
  expect(answers.map((answer) => answer.status)).toEqual([201, 201, 201, 201])
})

test('an id that is none is 400, an unknown one 404', async () => {
  refusal(await all.admin.client.get('/integrations/1'), 400, 'invalid-request')
  refusal(await all.admin.client.get('/integrations/01890000-0000-7000-8000-000000000000'), 404, 'not-found')
})
