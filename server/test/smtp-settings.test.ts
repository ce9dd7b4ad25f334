import { expect, test } from 'vitest'
import { readConfig } from '#server/config.ts'

const FROM = 'Lockkeeper <lock@example.com>'

function read(url: string, from = FROM) {
  return readConfig({ LOCKKEEPER_SMTP_URL: url, LOCKKEEPER_SMTP_FROM: from }).smtp
}

test('without the variables no mail is sent', () => {
  expect(readConfig({}).smtp).toBeUndefined()
})

test.each([
  ['smtp://mail.example.com', { host: 'mail.example.com', port: 587, tls: 'starttls' }],
  ['smtp://mail.example.com:25/', { host: 'mail.example.com', port: 25, tls: 'starttls' }],
  ['smtps://mail.example.com', { host: 'mail.example.com', port: 465, tls: 'implicit' }],
  ['smtp://mail.example.com?tls=none', { host: 'mail.example.com', port: 587, tls: 'none' }],
  ['smtp://LocalHost:1025', { host: 'localhost', port: 1025, tls: 'none' }],
  ['smtp://127.0.0.1:1025', { host: '127.0.0.1', port: 1025, tls: 'none' }],
  ['smtp://[::1]:1025?tls=required', { host: '::1', port: 1025, tls: 'starttls' }],
  ['smtp://127.0.0.1.example.com', { host: '127.0.0.1.example.com', port: 587, tls: 'starttls' }],
])('%s is understood', (url, expected) => {
  expect(read(url)).toEqual({ ...expected, login: undefined, from: FROM })
})

test('signs of the password are percent-encoded', () => {
  const smtp = read('smtp://bot%40example.com:p%40ss%2Fw%3Ard@mail.example.com:2525')
  expect(smtp).toMatchObject({ host: 'mail.example.com', port: 2525 })
  expect(smtp?.login).toEqual({ user: 'bot@example.com', password: 'p@ss/w:rd' })
})

test.each([
  'mail.example.com:587',
  'http://bot:hunter2-secret@mail.example.com',
  'smtp://bot@mail.example.com',
  'smtp://:hunter2-secret@mail.example.com',
  'smtp://bot:hunter2-secret%zz@mail.example.com',
  'smtp://bot:hunter2-secret@mail.example.com/path',
  'smtp://bot:hunter2-secret@mail.example.com?tls=perhaps',
  'smtp://bot:hunter2-secret@mail.example.com?tls=none&x=1',
  'smtps://bot:hunter2-secret@mail.example.com?tls=none',
  'smtp://bot:hunter2-secret@mail.example.com:0',
  'smtp://bot:hunter2-secret@',
])('%s stops the start, and the fault does not repeat it', (url) => {
  expect(() => read(url)).toThrow(/LOCKKEEPER_SMTP_URL must be/)
  expect(() => read(url)).not.toThrow(/hunter2|bot/)
})

test.each(['nobody', 'a@b@c', 'Bcc\r\nX: y <a@example.com>', 'Name <a@example.com> more', ''])(
  'the sender %j is refused',
  (from) => {
    expect(() => read('smtp://mail.example.com', from)).toThrow(/LOCKKEEPER_SMTP_FROM/)
  },
)
