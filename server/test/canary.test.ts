/** Unique secrets in every place that takes one, through the life of a deployment; then all that it left is searched. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startSimulator, type Simulator } from '#simulator/start.ts'
import { newCanary, openSearch, readTree } from './canaries.ts'
import { CONFLUENCE_USER, CONTROL, echo, live, ROOT_KEY, SECRETS, type Heard } from './canary-life.ts'
import { dumpDatabase, startCanaryServer, type CanaryServer } from './canary-server.ts'
import { startLoopback, type Loopback } from './loopback.ts'

let simulator: Simulator
let sink: Loopback
let server: CanaryServer
let heard: Heard
let dump: string
let files: { path: string; bytes: Buffer }[]

beforeAll(async () => {
  simulator = await startSimulator({
    pages: 3,
    spaces: 1,
    users: [{ email: CONFLUENCE_USER, key: SECRETS.integration.value }],
  })
  sink = await startLoopback(echo)
  server = await startCanaryServer({
    LOCKKEEPER_ROOT_KEY: ROOT_KEY.toString('base64'),
    LOCKKEEPER_SETUP_TOKEN: SECRETS.setupToken.value,
    LOCKKEEPER_EGRESS_ALLOW: `${sink.host},${new URL(simulator.url).host}`,
    LOCKKEEPER_CONFLUENCE_GATEWAY: simulator.url,
  })
  heard = await live({ server, simulator, sink })
  dump = await dumpDatabase(server)
  await server.stop()
  files = await readTree(server.dir)
}, 240_000)
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await sink[Symbol.asyncDispose]()
  await simulator[Symbol.asyncDispose]()
})

const find = (place: string, content: string | Buffer) =>
  openSearch([...Object.values(SECRETS), heard.apiKey])(place, content)
const findControl = openSearch([CONTROL])

describe('no secret is', () => {
  test('in any file of the data directory, the log of the database’s writes included', () => {
    const paths = files.map(({ path }) => path)
    expect(paths.filter((path) => /pg_wal\/[0-9A-F]{24}$/.test(path))).not.toEqual([])
    expect(files.flatMap(({ path, bytes }) => find(path, bytes))).toEqual([])
  })

  test('in a dump of the database', () => {
    expect(dump).toMatch(/public\.credential_versions/)
    expect(find('dump', dump)).toEqual([])
  })

  test('in what the server wrote, every detail logged', () => {
    expect(server.logged()).toMatch(/sync finished/)
    expect(find('log', server.logged())).toEqual([])
  })

  test('in any answer of the API, the record of it all and its export included', () => {
    expect(heard.answers.length).toBeGreaterThan(50)
    expect(heard.answers.flatMap((answer) => find(answer.slice(0, 60), answer))).toEqual([])
  })

  test('in a page, an exported file, or what a command said', () => {
    const { pages, exports, commands } = heard
    expect(pages.map((page) => /^<!doctype html>/i.test(page))).not.toContain(false)
    expect([...pages, ...exports, ...commands].flatMap((content, index) => find(String(index), content))).toEqual([])
  })
})

describe('the search', () => {
  test('finds what was stored in clear on purpose: in files, in the log of writes, in the dump and in answers', () => {
    const places = files.flatMap(({ path, bytes }) => (findControl(path, bytes).length > 0 ? [path] : []))
    expect(places.some((path) => path.includes('/base/'))).toBe(true)
    expect(places.some((path) => path.includes('/pg_wal/'))).toBe(true)
    expect(findControl('dump', dump)).toEqual(['dump: control (raw)'])
    expect(heard.answers.filter((answer) => findControl('', answer).length > 0).length).toBeGreaterThanOrEqual(3)
  })

  const canary = newCanary('planted', ['ä"<&\\ ', '/+ö~'])
  const { value } = canary
  const utf8 = Buffer.from(value)
  const planted: [string, string | Buffer][] = [
    ['raw', value],
    ['URL-encoded', encodeURIComponent(value)],
    ['form-encoded', new URLSearchParams({ value }).toString()],
    ['JSON-escaped', JSON.stringify(JSON.stringify({ value }))],
    ['HTML-escaped', value.replaceAll('&', '&amp;').replaceAll('"', '&quot;')],
    ['hex', utf8.toString('hex')],
    ['PostgreSQL’s bytea', `\\x${utf8.toString('hex')}`],
    ['UTF-16', Buffer.from(value, 'utf16le')],
    ...['', 'u', 'us', 'use', 'user:'].flatMap((before): [string, string][] => [
      [`base64 behind "${before}"`, Buffer.from(`${before}${value}`).toString('base64')],
      [`base64url behind "${before}"`, Buffer.from(`${before}${value}${before}`).toString('base64url')],
    ]),
  ]
  test.each(planted)('finds what was planted %s, in the midst of other bytes', (_form, content) => {
    const around = Buffer.alloc(1001, '\u0000.x')
    const search = openSearch([canary])
    expect(search('place', Buffer.concat([around, Buffer.from(content), around])).length).toBeGreaterThan(0)
    expect(search('place', Buffer.concat([around, around]))).toEqual([])
  })
})
