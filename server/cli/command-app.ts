import { getCommandActor } from '#server/access/command-actor.ts'
import { openDatabase } from '#server/boot.ts'
import { readConfig } from '#server/config.ts'
import { ownOrigins } from '#server/egress/check.ts'
import { openEgress } from '#server/egress/fetch.ts'
import { parseEgressAllow } from '#server/egress/guard.ts'
import type { Person } from '#server/platform/actor.ts'
import { systemClock } from '#server/platform/clock.ts'
import { openLog } from '#server/platform/log.ts'
import { attachKeys } from '#server/vault/attach-keys.ts'
import { UsageError, type CommandApp, type Given } from './command.ts'

/**
 * What a command needs of a Lockkeeper, beside a running server or without one, and the admin in whose name it runs. The
 * database must be one that a server of this version has started on.
 */
export async function openCommandApp(given: Given): Promise<AsyncDisposable & { app: CommandApp; actor: Person }> {
  const as = given.text('as') ?? given.env['LOCKKEEPER_AS']
  if (as === undefined || as === '')
    throw new UsageError(
      'Say in whose name: --as EMAIL of a platform admin, or LOCKKEEPER_AS. It stands in the record.',
    )
  const config = readConfig(given.env)
  const log = openLog('warn', 2)
  await using opening = new AsyncDisposableStack()
  const { db } = opening.use(await openDatabase(config, log))
  const actor = await getCommandActor({ db }, as)
  const keys = await attachKeys(config, db)
  const rules = { allow: parseEgressAllow(config.egressAllow), ownOrigins: ownOrigins(config) }
  const fetch = opening.use(openEgress({ rules, log }))
  const opened = opening.move()
  return {
    app: { db, keys, clock: systemClock, fetch, config, log },
    actor,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}
