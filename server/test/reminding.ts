import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import type { Config } from '#server/config.ts'
import { remindOfExpiry } from '#server/credentials/remind.ts'
import { insertCredential } from '#server/credentials/store.ts'
import { transact } from '#server/db/transact.ts'
import { newId } from '#server/platform/ids.ts'
import type { Log } from '#server/platform/log.ts'
import { Notification } from '#schema/credential.ts'
import { startTestApp, type TestApp } from './app.ts'
import type { Client } from './client.ts'

export const DAY_MS = 86_400_000

/** A Lockkeeper whose clock stands where the test puts it. It looks only when it is told to. */
export type Reminding = TestApp & { now: { value: Date }; look(): Promise<void> }

export async function startReminding(config: Partial<Config> = {}, log?: Log): Promise<Reminding> {
  const now = { value: new Date('2026-06-01T12:00:00.000Z') }
  const clock = { now: () => now.value }
  const server = await startTestApp({
    config: { roles: ['api'], ...config },
    lent: { clock, ...(log === undefined ? {} : { log }) },
  })
  return { ...server, now, look: () => remindOfExpiry(server.app, new AbortController().signal) }
}

type Given = { name: string; days: number | null; scope?: string; spaceId?: string; remind?: string[]; policy?: string }

/** A credential that expires this many days from the server's now. Its secret is nobody's concern here. */
export async function addCredential({ app, now }: Reminding, given: Given): Promise<string> {
  const id = newId()
  const { name, days, spaceId, remind = [], policy = 'warn' } = given
  const scope = spaceId === undefined ? (given.scope ?? 'global') : `space:${spaceId}`
  await transact(app.db, (tx) =>
    insertCredential(tx, {
      id,
      name,
      scope,
      space_id: spaceId ?? null,
      kind: 'bearer',
      domains: ['api.example.com'],
      sealed: null,
      remind,
      expiry_policy: policy,
      expires_at: days === null ? null : new Date(now.value.getTime() + days * DAY_MS),
    }),
  )
  return id
}

/** What this person is told, newest first; the page as it is answered. */
export async function toldTo(client: Client, query = '') {
  const { body } = await client.get(`/notifications?limit=250${query}`)
  return z.object({ items: z.array(Notification), unread: z.number(), nextCursor: z.string().nullable() }).parse(body)
}

export async function titlesTo(client: Client): Promise<string[]> {
  return (await toldTo(client)).items.map(({ title }) => title).sort()
}

/** Waits until the condition holds; a test's own time limit ends it. */
export async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await holds())) await pause(20)
}
