/** The time in which an integration's runs fail: told when it begins and when it is over, not with every run. */
import { sql } from 'kysely'
import type { Tx } from '#server/db/open.ts'
import { emit } from '#server/events/emit.ts'

type About = { integrationId: string; runId: string; mode: string; at: Date }

/** A run failed. `incomplete`: some spaces could not be read; when a sweep found that, only another one can heal it. */
export async function noteFailure(tx: Tx, { integrationId, runId, mode, at }: About, code: string): Promise<void> {
  const isSweepNeeded = code === 'incomplete' && mode !== 'incremental'
  const { rows } = await sql<{ was: Date | null }>`
    update integrations as integration set failing_since = coalesce(old.failing_since, ${at}),
      failing_until = case when ${isSweepNeeded} then 'sweep' when old.failing_since is null then 'any'
        else old.failing_until end
    from (select id, failing_since, failing_until from integrations where id = ${integrationId} for no key update) as old
    where integration.id = old.id
    returning old.failing_since as was`.execute(tx)
  if (rows[0] === undefined || rows[0].was !== null) return
  await emit(tx, {
    type: 'sync.failed',
    dedupeKey: `${integrationId}:sync.failed:${runId}`,
    subjectId: integrationId,
    payload: { integrationId, runId, code },
  })
}

/** A run came through. Tells that it is over, when it was. */
export async function noteSuccess(tx: Tx, { integrationId, runId, mode, at }: About): Promise<void> {
  const isSweep = mode !== 'incremental'
  const { rows } = await sql<{ was: Date | null; heals: boolean }>`
    update integrations as integration set last_success_at = ${at},
      last_sweep_at = case when ${isSweep} then ${at} else old.last_sweep_at end,
      failing_since = case when old.heals then null else old.failing_since end
    from (
      select id, failing_since, last_sweep_at, (failing_until = 'any' or ${isSweep}) as heals
      from integrations where id = ${integrationId} for no key update
    ) as old
    where integration.id = old.id
    returning old.failing_since as was, old.heals`.execute(tx)
  const since = rows[0]?.was ?? null
  if (since === null || rows[0]?.heals !== true) return
  await emit(tx, {
    type: 'sync.recovered',
    dedupeKey: `${integrationId}:sync.recovered:${runId}`,
    subjectId: integrationId,
    payload: { integrationId, runId, code: 'recovered', failingSince: since.toISOString() },
  })
}
