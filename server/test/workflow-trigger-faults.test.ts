import { afterAll, beforeAll, test } from 'vitest'
import { startTestApp, type TestApp } from './app.ts'
import { makeWorld, UNKNOWN, type World } from './credential-world.ts'
import { asAdmin } from './people.ts'
import { doing, expectFault, hook, only, say, timed, trigger, type Fault } from './workflow-cases.ts'
import { publishing } from './workflow-scene.ts'

let server: TestApp
let world: World
beforeAll(async () => {
  server = await startTestApp()
  world = await makeWorld(server, await asAdmin(server))
})
afterAll(() => server[Symbol.asyncDispose]())

const FAULTS: Fault[] = [
  [
    'two triggers of an id',
    () => ({ ...publishing(), triggers: [trigger('t'), trigger('t')] }),
    'triggers.1.id',
    'two triggers',
  ],
  [
    'two actions of an id',
    () => ({ ...publishing(), triggers: [trigger('a', 'x'), trigger('b', 'x')] }),
    'triggers.1.do.0.id',
    'two actions',
  ],
  ['an event that is none', () => doing(say, { on: 'page.vanished' }), 'triggers.0.on', 'Invalid option'],
  [
    'one that is none among others',
    () => doing(say, { on: ['page.created', 'x'] }),
    'triggers.0.on.1',
    'Invalid option',
  ],
  ['an event twice', () => doing(say, { on: ['page.moved', 'page.moved'] }), 'triggers.0.on.1', 'named twice'],
  ['nothing to do', () => doing(say, { do: [] }), 'triggers.0.do', 'what is to be done'],
  ['a schedule without a time', () => doing(say, { on: 'schedule' }), 'triggers.0.cron', 'Say when'],
  ['a time without a schedule', () => doing(say, { cron: '0 9 * * *' }), 'triggers.0.cron', 'alone'],
  ['a zone without a time', () => doing(say, { timezone: 'UTC' }), 'triggers.0.timezone', 'belongs to a schedule'],
  ['a time of six fields', () => timed('0 0 9 * * *'), 'triggers.0.cron', 'five fields'],
  ['a time that is none', () => timed('99 9 * * *'), 'triggers.0.cron', '99'],
  ['a day that never comes', () => timed('0 0 30 2 *'), 'triggers.0.cron', 'day of month'],
  ['a zone that is none', () => timed('0 9 * * *', 'Mars/Base'), 'triggers.0.timezone', 'no time zone'],
  ['a field that is none', () => only({ field: 'colour', is: 'red' }), 'triggers.0.if.field', 'Invalid option'],
  ['two comparisons at once', () => only({ field: 'type', is: 'page', isNot: 'page' }), 'triggers.0.if', 'exactly one'],
  ['a comparison with nothing', () => only({ field: 'type' }), 'triggers.0.if', 'exactly one'],
  [
    'an unknown status deep within',
    () => only({ all: [{ not: { any: [{ field: 'status.to', in: ['draft', 'end'] }] } }] }),
    'triggers.0.if.all.0.not.any.0',
    'no status "end"',
  ],
  [
    'a wrong word deep within',
    () => only({ all: [{ not: { any: [{ field: 'label', equals: 'x' }] } }] }),
    'triggers.0.if.all.0.not.any.0.equals',
    'no such field',
  ],
  ['a type to compare with that is none', () => only({ field: 'type', is: 'pages' }), 'triggers.0.if', 'no type'],
  ['a change that is none', () => only({ field: 'changed', is: 'colour' }), 'triggers.0.if', 'title, body'],
  ['a branch to compare with', () => only({ field: 'tree', is: 'Home' }), 'triggers.0.if', 'no page with the id Home'],
  ['an action that is none', () => doing({ type: 'send' }), 'triggers.0.do.0.type', 'authenticated-webhook, webhook'],
  [
    'a status to set that is none',
    () => doing({ type: 'set-status', status: 'end' }),
    'triggers.0.do.0.status',
    'no status',
  ],
  ['a label to add with capitals', () => doing({ type: 'add-label', label: 'New' }), 'triggers.0.do.0.label', 'small'],
  [
    'a page to label by the clock',
    () => timed('0 9 * * *', undefined, { type: 'add-label', label: 'x' }),
    'triggers.0.do.0.type',
    'no page',
  ],
  [
    'somebody to assign who is nobody',
    () => doing({ type: 'assign', to: `user:${UNKNOWN}` }),
    'triggers.0.do.0.to',
    'exist',
  ],
  [
    'assigning without statuses',
    () => ({ name: 'x', triggers: [{ id: 't', on: 'page.created', do: [{ type: 'assign', to: 'author' }] }] }),
    'triggers.0.do.0.type',
    'with statuses alone',
  ],
  [
    'telling somebody who is nobody',
    () => doing({ ...say, to: ['owner', `group:${UNKNOWN}`] }),
    'triggers.0.do.0.to.1',
    'does not exist',
  ],
  [
    'telling the author by the clock',
    () => timed('0 9 * * *', undefined, { ...say, to: ['author'] }),
    'triggers.0.do.0.to.0',
    'no page',
  ],
  [
    'an unknown reference',
    () => doing({ ...say, text: 'Hi ${page.name}' }),
    'triggers.0.do.0.text',
    'There are: page.id',
  ],
  [
    'what the event has not',
    () => doing({ type: 'comment', text: '${status.to}' }, { on: 'page.updated' }),
    'triggers.0.do.0.text',
    'page.updated',
  ],
  [
    'a reference in the host',
    () => doing({ ...hook, url: 'https://${page.title}.example.com/' }),
    'triggers.0.do.0.url',
    'path and the query',
  ],
  ['half an address', () => doing({ ...hook, url: 'api.example.com/x' }), 'triggers.0.do.0.url', 'whole address'],
  [
    'a user in the address',
    () => doing({ ...hook, url: 'https://me:pw@api.example.com/' }),
    'triggers.0.do.0.url',
    'user name or password',
  ],
  [
    'a space in the address',
    () => doing({ ...hook, url: 'https://api.example.com/a b' }),
    'triggers.0.do.0.url',
    'space',
  ],
  [
    'a private address',
    () => doing({ ...hook, url: 'http://10.0.0.1/' }),
    'triggers.0.do.0.url',
    'LOCKKEEPER_EGRESS_ALLOW',
  ],
  [
    'the metadata service',
    () => doing({ ...hook, url: 'http://169.254.169.254/latest' }),
    'triggers.0.do.0.url',
    'never',
  ],
  ['a local name', () => doing({ ...hook, url: 'http://localhost:9/' }), 'triggers.0.do.0.url', 'local name'],
  [
    'another protocol’s port',
    () => doing({ ...hook, url: 'https://api.example.com:22/' }),
    'triggers.0.do.0.url',
    'Port 22',
  ],
  ['body and text', () => doing({ ...hook, body: {}, text: 'x' }), 'triggers.0.do.0.text', 'not both'],
  ['a body to get', () => doing({ ...hook, method: 'GET', body: 1 }), 'triggers.0.do.0.body', 'no body'],
  ['a method that is none', () => doing({ ...hook, method: 'TRACE' }), 'triggers.0.do.0.method', 'Invalid option'],
  ['a timeout too long', () => doing({ ...hook, timeoutSeconds: 61 }), 'triggers.0.do.0.timeoutSeconds', '<=60'],
  ...[
    ['Host', 'x', 'reserved'],
    ['connection', 'close', 'reserved'],
    ['Transfer-Encoding', 'chunked', 'reserved'],
    ['Webhook-Id', 'mine', 'reserved'],
    ['webhook-test', 'true', 'signature'],
    ['X Y', 'x', 'no header name'],
    ['X-Y', 'a\r\nb: c', 'line break'],
    ['X-Y', ' a', 'white space'],
    ['X-Y', '', 'empty'],
    ['X-Y', '→', 'cannot carry'],
  ].map(([name = '', value = '', message = '']): Fault => [
    `the header ${JSON.stringify(`${name}: ${value}`)}`,
    () => doing({ ...hook, headers: { [name]: value } }),
    `triggers.0.do.0.headers.${name}`,
    message,
  ]),
  [
    'a header twice',
    () => doing({ ...hook, headers: { 'X-Y': '1', 'x-y': '2' } }),
    'triggers.0.do.0.headers.x-y',
    'twice',
  ],
]

test.each(FAULTS)('%s is told with its place, and keeps it from being saved', (...fault) =>
  expectFault(world.dora.client, fault),
)
