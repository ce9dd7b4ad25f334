/** The commands of root keys: they take the server's environment, so that they find the same keys and database. */
import { record } from '#server/audit/record.ts'
import { openDatabase } from '#server/boot.ts'
import { readConfig } from '#server/config.ts'
import { system } from '#server/platform/actor.ts'
import { openLog } from '#server/platform/log.ts'
import { forgetRootKey, listRootKeys, stageRootKey, type KnownRootKey } from '#server/vault/change-root-key.ts'
import type { Recorder } from '#server/vault/open-keys.ts'

const recordAsSystem: Recorder = (tx, action, target, detail) => record(tx, system, action, target, detail)

export async function stageKey(): Promise<number> {
  const config = readConfig(process.env)
  await using source = await openDatabase(config, openLog('warn', 2))
  const { fingerprint, source: place } = await stageRootKey(config, source.db, recordAsSystem)
  console.log(`Staged ${fingerprint}, from ${place}.`)
  console.log('Keep a copy of it with your archived keys now. The next start that finds it changes to it.')
  return 0
}

export async function listKeys(): Promise<number> {
  const config = readConfig(process.env)
  await using source = await openDatabase(config, openLog('warn', 2))
  for (const key of await listRootKeys(config, source.db)) console.log(describe(key))
  return 0
}

export async function forgetKey(fingerprint: string): Promise<number> {
  const config = readConfig(process.env)
  await using source = await openDatabase(config, openLog('warn', 2))
  await forgetRootKey(config, source.db, fingerprint, recordAsSystem)
  console.log(`${fingerprint} is accepted no more. Keep it in your archive as long as you keep backups of its time.`)
  return 0
}

function describe(key: KnownRootKey): string {
  const times = [
    ['staged', key.staged_at],
    ['in use from', key.state === 'staged' ? null : key.first_used_at],
    ['to', key.retired_at],
    ['forgotten', key.forgotten_at],
  ] as const
  const said = times.flatMap(([word, at]) => (at === null ? [] : [`${word} ${at.toISOString()}`]))
  const needs = [
    ...(key.scopeKeys > 0 ? [`wraps ${key.scopeKeys} scope keys`] : []),
    ...(key.nodes.length > 0 ? [`${key.nodes.join(', ')} run with it`] : []),
    key.isHere ? 'here' : 'not here',
  ]
  return `${key.fingerprint}  ${key.state.padEnd(9)}  ${[...said, ...needs].join(', ')}`
}
