import { Writable } from 'node:stream'
import { pino } from 'pino'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { sendWaitingMails } from '#server/credentials/mail.ts'
import { openLog } from '#server/platform/log.ts'
import { startTestApp } from './app.ts'
import { startMailServer, type MailServer } from './mail-server.ts'
import { asAdmin, newPerson, type Signed } from './people.ts'
import { addCredential, startReminding, type Reminding } from './reminding.ts'

const PASSWORD = 'hunter2-of-the-mail-server'
const MINUTE_MS = 60_000

let mail: MailServer
let server: Reminding
let mo: Signed
let log = ''

beforeAll(async () => {
  mail = await startMailServer()
  server = await startReminding({ publicUrl: 'https://lock.example.com', smtp: smtpTo(mail.port) }, logged())
  const admin = await asAdmin(server)
  mo = await newPerson(server, admin.client, 'mo')
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await mail[Symbol.asyncDispose]()
})

beforeEach(async () => {
  await server.app.db.deleteFrom('credentials').execute()
  await server.app.db.deleteFrom('notifications').execute()
  mail.mails.length = 0
  mail.lines.length = 0
  mail.act = () => undefined
})

function smtpTo(port: number, tls: 'none' | 'starttls' = 'none') {
  const from = 'Lockkeeper of Sorrelby <lock@example.com>'
  return { host: '127.0.0.1', port, tls, login: { user: 'bot', password: PASSWORD }, from }
}

function logged() {
  const sink = new Writable({
    write(chunk: unknown, _encoding, done) {
      log += String(chunk)
      done()
    },
  })
  return pino({ level: 'trace' }, sink)
}

const send = (app = server.app) => sendWaitingMails(app, new AbortController().signal)

async function remindMo(...names: string[]): Promise<void> {
  for (const name of names) await addCredential(server, { name, days: 3, remind: [mo.id] })
  await server.look()
}

async function pass(minutes: number): Promise<void> {
  server.now.value = new Date(server.now.value.getTime() + minutes * MINUTE_MS)
  await send()
}

async function mailStates() {
  const rows = await server.app.db
    .selectFrom('notifications')
    .select(['mail', 'mail_tries', 'mail_note'])
    .orderBy('title')
    .execute()
  return rows.map(({ mail: state, mail_tries, mail_note }) => [state, mail_tries, mail_note])
}

test('a reminder is mailed once, as plain text with a link and nothing of a secret', async () => {
  await remindMo('schlüssel 🔑')
  await send()
  await send()
  expect(mail.mails).toHaveLength(1)
  const [{ from, to, content } = { from: '', to: '', content: '' }] = mail.mails
  expect({ from, to }).toEqual({ from: 'lock@example.com', to: 'mo@lockkeeper.example' })
  const [head = '', ...body] = content.split('\r\n\r\n')
  expect(head).toMatch(/^From: Lockkeeper of Sorrelby <lock@example\.com>$/m)
  expect(head).toMatch(/^Content-Type: text\/plain; charset=utf-8$/m)
  expect(head).toMatch(/^Message-ID: <[0-9a-f-]{36}@example\.com>$/m)
  expect(head).toMatch(/^Date: Mon, 01 Jun 2026 12:00:00 \+0000$/m)
  expect(head).toMatch(/^Auto-Submitted: auto-generated$/m)
  expect(head).toMatch(/^Subject: =\?UTF-8\?/m)
  const text = Buffer.from(unquote(body.join('\r\n\r\n')), 'latin1').toString()
  expect(text).toContain('Credential "schlüssel 🔑" expires in 3 days.')
  expect(text).toContain('\r\nhttps://lock.example.com/settings/credentials\r\n')
  expect(text).toContain('Lockkeeper, https://lock.example.com')
  expect(await mailStates()).toEqual([['sent', 0, null]])
})

test('without a mail server notifications are made, but no mail waits', async () => {
  await using silent = await startReminding()
  const admin = await asAdmin(silent)
  await addCredential(silent, { name: 'quiet', days: 3 })
  await silent.look()
  await send(silent.app)
  const rows = await silent.app.db.selectFrom('notifications').select(['user_id', 'mail']).execute()
  expect(rows).toEqual([{ user_id: admin.id, mail: 'none' }])
})

test.each([
  ['MAIL', '451 4.3.0 later', 'MAIL FROM: 451 4.3.0 later'],
  ['RCPT', '550 5.1.1 nobody here', 'RCPT TO: 550 5.1.1 nobody here'],
  ['DATA', '452 4.3.1 full', 'DATA: 452 4.3.1 full'],
  ['content', '554 5.6.0 spam', 'DATA: 554 5.6.0 spam'],
  ['content', '421 4.3.2 going down', 'DATA: 421 4.3.2 going down'],
] as const)('refused at %s with "%s", it is sent by a later try', async (point, reply, told) => {
  await remindMo('a', 'b')
  let refusals = 0
  mail.act = (at) => (at === point && refusals++ === 0 ? reply : undefined)
  await send()
  expect(await mailStates()).toEqual([
    ['waiting', 1, `The mail server refused it at ${told}`],
    ['sent', 0, null],
  ])
  await pass(5)
  expect(mail.mails).toHaveLength(1)
  await pass(20)
  expect(mail.mails).toHaveLength(2)
  expect(await mailStates()).toEqual([
    ['sent', 1, null],
    ['sent', 0, null],
  ])
})

test.each([
  ['connect', '554 not you', 'The mail server could not be used with 554 (EPROTOCOL).'],
  ['connect', 'cut', 'The mail server could not be used (ECONNECTION).'],
  ['EHLO', 'cut', 'The mail server could not be used (ECONNECTION).'],
  ['AUTH', `535 5.7.8 not ${PASSWORD}`, 'The mail server could not be used at AUTH PLAIN with 535 (EAUTH).'],
  ['AUTH', 'cut', 'The mail server could not be used (ECONNECTION).'],
  ['MAIL', 'cut', 'The mail server could not be used (ECONNECTION).'],
  ['DATA', 'cut', 'The mail server could not be used (ECONNECTION).'],
] as const)('a server that fails at %s (%s) leaves the others untried', async (point, reply, told) => {
  await remindMo('a', 'b')
  mail.act = (at) => (at === point ? reply : undefined)
  await send()
  expect(await mailStates()).toEqual([
    ['waiting', 1, told],
    ['waiting', 0, null],
  ])
  mail.act = () => undefined
  await pass(20)
  expect(mail.mails).toHaveLength(2)
})

test('after five refusals it is given up, with waits that grow', async () => {
  await remindMo('a')
  mail.act = (at) => (at === 'RCPT' ? '450 4.2.1 busy' : undefined)
  const triedAfter: number[] = []
  for (let minute = 0; minute < 60 * 24; minute += 1) {
    const before = mail.lines.filter((line) => line.startsWith('RCPT')).length
    await pass(minute === 0 ? 0 : 1)
    if (mail.lines.filter((line) => line.startsWith('RCPT')).length > before) triedAfter.push(minute)
  }
  expect(triedAfter).toHaveLength(5)
  const waits = triedAfter.slice(1).map((minute, index) => minute - (triedAfter[index] ?? 0))
  for (const [index, base] of [15, 30, 60, 120].entries()) {
    expect(waits[index]).toBeGreaterThanOrEqual(base * 0.7)
    expect(waits[index]).toBeLessThanOrEqual(base * 1.3 + 1)
  }
  expect(await mailStates()).toEqual([['failed', 5, expect.stringContaining('450 4.2.1 busy')]])
})

test('a connection lost after the message was handed over is never sent again', async () => {
  await remindMo('a', 'b')
  let cuts = 0
  mail.act = (at) => (at === 'content' && cuts++ === 0 ? 'cut' : undefined)
  await send()
  await pass(60 * 24)
  expect(cuts).toBe(2)
  expect(mail.mails).toHaveLength(1)
  expect(await mailStates()).toEqual([
    ['failed', 1, expect.stringContaining('may have arrived')],
    ['sent', 0, null],
  ])
})

test('what a killed process was sending is given up after a while, and not sent again', async () => {
  await remindMo('a')
  const until = new Date(server.now.value.getTime() + 10 * MINUTE_MS)
  await server.app.db.updateTable('notifications').set({ mail: 'sending', mail_next_at: until }).execute()
  await pass(9)
  expect(await mailStates()).toEqual([['sending', 0, null]])
  await pass(2)
  expect(await mailStates()).toEqual([['failed', 0, expect.stringContaining('not sent again')]])
  await pass(60 * 24)
  expect(mail.mails).toEqual([])
})

test('many senders at once, of two servers on one database, send each once', async () => {
  await remindMo(...Array.from({ length: 30 }, (_, n) => `n${n}`))
  const { databaseUrl, rootKey, smtp } = server.app.config
  const lent = { clock: server.app.clock, log: openLog('fatal') }
  const starting = startTestApp({ config: { databaseUrl, rootKey, smtp }, lent })
  await Promise.all([send(), send(), send()])
  await using second = await starting
  await Promise.all([send(second.app), send(), send(second.app)])
  const ids = mail.mails.map(({ content }) => /^Message-ID: (.*)$/m.exec(content)?.[1])
  expect(ids).toHaveLength(30)
  expect(new Set(ids).size).toBe(30)
  expect(await mailStates()).toEqual(Array.from({ length: 30 }, () => ['sent', 0, null]))
})

test('a stop before it was handed over puts it back; one after that gives it up', async () => {
  await remindMo('a')
  for (const point of ['AUTH', 'content'] as const) {
    const stopping = new AbortController()
    mail.act = (at) => {
      if (at === point) stopping.abort(new Error('the server is stopping'))
      return at === point ? 'hang' : undefined
    }
    await sendWaitingMails(server.app, stopping.signal)
    if (point === 'AUTH') expect(await mailStates()).toEqual([['waiting', 0, null]])
  }
  expect(await mailStates()).toEqual([['failed', 1, expect.stringContaining('may have arrived')]])
})

test('where TLS is demanded, a server without it gets neither the password nor the mail', async () => {
  await remindMo('a')
  const app = { ...server.app, config: { ...server.app.config, smtp: smtpTo(mail.port, 'starttls') } }
  await send(app)
  expect(mail.lines.join('\n')).not.toMatch(/AUTH|MAIL|RCPT/)
  expect(mail.lines).toContain('STARTTLS')
  expect(await mailStates()).toEqual([['waiting', 1, expect.stringContaining('could not be used')]])
})

test('where nobody listens, the reason says so', async () => {
  await remindMo('a')
  const gone = await startMailServer()
  await gone[Symbol.asyncDispose]()
  await send({ ...server.app, config: { ...server.app.config, smtp: smtpTo(gone.port) } })
  expect(await mailStates()).toEqual([['waiting', 1, 'The mail server could not be used (ECONNREFUSED).']])
})

test('mail of the disabled is not sent', async () => {
  await remindMo('a')
  await server.app.db.updateTable('users').set({ disabled: true }).where('id', '=', mo.id).execute()
  await send()
  await server.app.db.updateTable('users').set({ disabled: false }).where('id', '=', mo.id).execute()
  await send()
  expect(mail.mails).toEqual([])
  expect(await mailStates()).toEqual([['none', 0, null]])
})

test('nothing of all this put the mail server’s password into the log or the database', async () => {
  const rows = await server.app.db.selectFrom('notifications').selectAll().execute()
  const encoded = Buffer.from(`\0bot\0${PASSWORD}`).toString('base64')
  for (const text of [log, JSON.stringify(rows)]) {
    expect(text).not.toContain(PASSWORD)
    expect(text).not.toContain(encoded)
  }
  expect(log).toContain('a mail was given up')
})

/** Undoes quoted-printable or base64, whichever the body is in. */
function unquote(body: string): string {
  if (/^[A-Za-z0-9+/=\r\n]+$/.test(body)) return Buffer.from(body, 'base64').toString('latin1')
  return body
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16)))
}
