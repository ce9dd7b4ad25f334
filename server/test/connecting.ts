import { Writable } from 'node:stream'
import { pino } from 'pino'
import { expect } from 'vitest'
import { z } from 'zod'
import { Check, Integration } from '#schema/integration.ts'
import { startSimulator, type Simulator } from '#simulator/start.ts'
import { startTestApp, type TestApp } from './app.ts'
import type { Answer, Client } from './client.ts'
import { jsonReply, startLoopback, type Loopback } from './loopback.ts'
import { asAdmin, type Signed } from './people.ts'

export const EMAIL = 'olu@sorrelby.example'
export const KEY = 'ATATT-the-key-of-olu-0123456789'
export const SCOPED = 'pia@sorrelby.example'
export const SCOPED_KEY = 'ATATT-the-scoped-key-of-pia-9876'
export const READ_SCOPES = [
  'read:page:confluence',
  'read:space:confluence',
  'read:label:confluence',
  'read:content.metadata:confluence',
  'read:content-details:confluence',
  'read:folder:confluence',
  'search:confluence',
]

export type Connecting = AsyncDisposable & {
  server: TestApp
  admin: Signed
  simulator: Simulator
  /** A far side that is no Confluence, open to calls. */
  elsewhere: Loopback
  /** Listens, but the operator has not opened it. */
  unlisted: Loopback
  /** Open to calls, but nobody listens there. */
  deadUrl: string
  /** Everything logged so far, unredacted. */
  logged(): string
}

/** A Lockkeeper, a simulated Confluence that it may call, and places where things go wrong. */
export async function startConnecting(): Promise<Connecting> {
  await using opening = new AsyncDisposableStack()
  const simulator = opening.use(
    await startSimulator({
      pages: 6,
      spaces: 2,
      users: [
        { email: EMAIL, key: KEY },
        { email: SCOPED, key: SCOPED_KEY, scopes: READ_SCOPES },
      ],
    }),
  )
  const elsewhere = opening.use(await startLoopback(jsonReply(404, {})))
  const unlisted = opening.use(await startLoopback(jsonReply(404, {})))
  const dead = await startLoopback(jsonReply(404, {}))
  await dead[Symbol.asyncDispose]()
  let log = ''
  const sink = new Writable({
    write(chunk: unknown, _encoding, done) {
      log += String(chunk)
      done()
    },
  })
  const server = opening.use(
    await startTestApp({
      config: {
        egressAllow: [new URL(simulator.url).host, elsewhere.host, dead.host].join(','),
        confluenceGateway: simulator.url,
      },
      lent: { log: pino({ level: 'trace' }, sink) },
    }),
  )
  const admin = await asAdmin(server)
  const opened = opening.move()
  return {
    server,
    admin,
    simulator,
    elsewhere,
    unlisted,
    deadUrl: dead.url,
    logged: () => log,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

let drafts = 0

/** What connects to the simulator as its first user, under a name of its own; `settings` are merged, the rest replaces. */
export function draftOf(
  { simulator }: Pick<Connecting, 'simulator'>,
  { settings, ...rest }: { settings?: Record<string, unknown>; [field: string]: unknown } = {},
) {
  drafts += 1
  return {
    connector: 'confluence',
    name: `Handbook ${drafts}`,
    settings: { deployment: 'cloud', url: simulator.url, username: EMAIL, spaces: 'all', ...settings },
    secret: { apiKey: KEY },
    ...rest,
  }
}

/** A new integration; the test fails when it is refused. */
export async function connect(client: Client, draft: unknown): Promise<Integration> {
  const answer = await client.post('/integrations', draft)
  expect(answer).toMatchObject({ status: 201 })
  return Integration.parse(answer.body)
}

export const Refused = z.looseObject({
  code: z.string(),
  detail: z.string(),
  checks: z.array(Check).default([]),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).default([]),
})

/** The problem of a refused request, which must have this status and code. */
export function refusal(answer: Answer, status: number, code: string): z.infer<typeof Refused> {
  expect(answer).toMatchObject({ status, body: { code } })
  return Refused.parse(answer.body)
}
