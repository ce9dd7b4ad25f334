/** Rows as people see them. */
import { z } from 'zod'
import {
  CheckReport,
  IntegrationState,
  RunCounts,
  RunMode,
  RunStatus,
  type Integration,
  type RunProgress,
  type SpaceProgress,
  type SyncRun,
} from '#schema/integration.ts'
import type { RunRow, WalkRow } from './run-store.ts'
import { StoredSettings } from './settings.ts'
import type { IntegrationRow } from './store.ts'
import { describeConfluence } from '#server/connectors/confluence/describe.ts'

const RunError = z.object({ code: z.string(), detail: z.string() }).nullable()

export function presentRun(row: RunRow, walks: WalkRow[], now: Date): SyncRun {
  return {
    id: row.id,
    integrationId: row.integration_id,
    mode: RunMode.parse(row.mode),
    status: RunStatus.parse(row.status),
    counts: RunCounts.parse(row.counts),
    progress: progressOf(row, walks, now),
    error: RunError.parse(row.error),
    queuedAt: row.queued_at.toISOString(),
    startedAt: row.started_at?.toISOString() ?? null,
    finishedAt: row.finished_at?.toISOString() ?? null,
  }
}

function progressOf(row: RunRow, walks: WalkRow[], now: Date): RunProgress {
  const lines = linesOf(walks)
  const done = [...lines, ...walks.filter(isShared)].reduce((sum, walk) => sum + walk.done, 0)
  const total = row.total_estimate
  const seconds = row.started_at === null ? 0 : ((row.finished_at ?? now).getTime() - row.started_at.getTime()) / 1000
  const pagesPerSecond = seconds > 0 ? done / seconds : 0
  const isOver = row.finished_at !== null
  const left = total === null || pagesPerSecond === 0 ? null : Math.max(0, (total - done) / pagesPerSecond)
  return {
    done,
    total: isOver ? done : total === null ? null : Math.max(total, done),
    pagesPerSecond: Math.round(pagesPerSecond * 10) / 10,
    secondsLeft: isOver ? 0 : left === null ? null : Math.round(left),
    spaces: lines.map(presentWalk),
  }
}

/** One line a space: the walk of its pages, else its sweep; of two the one that failed. Shared walks count only in the total. */
function linesOf(walks: WalkRow[]): WalkRow[] {
  const own = walks.filter((walk) => !isShared(walk))
  return [...Map.groupBy(own, (walk) => walk.space_external_id).values()].flatMap((some) => {
    const line =
      some.find((walk) => walk.status === 'failed') ?? some.find((walk) => walk.stream === 'pages') ?? some[0]
    return line === undefined ? [] : [line]
  })
}

/** Blog posts of many spaces come in one list. */
function isShared(walk: WalkRow): boolean {
  return walk.stream === 'blogposts'
}

function presentWalk(walk: WalkRow): SpaceProgress {
  const status =
    walk.status === 'running' || walk.status === 'succeeded' || walk.status === 'failed' ? walk.status : 'waiting'
  return {
    key: walk.space_key,
    name: walk.space_name,
    done: walk.done,
    total: status === 'succeeded' ? walk.done : walk.total,
    status,
    ...(walk.detail === null ? {} : { detail: walk.detail }),
  }
}

export function presentIntegration(
  row: IntegrationRow,
  more: { expiresAt: Date | null; documents: number; lastRun: SyncRun | null },
): Integration {
  const settings = StoredSettings.parse(row.settings)
  return {
    id: row.id,
    connector: 'confluence',
    name: row.name,
    capabilities: describeConfluence.capabilities.map((capability) => capability.id),
    settings: {
      deployment: settings.deployment,
      url: settings.url,
      username: settings.username,
      spaces: settings.spaces,
      readers: settings.readers,
      quarantineDays: settings.quarantineDays,
      attachmentMegabytes: settings.attachmentMegabytes,
      manners: settings.manners,
      gateway: settings.gateway,
    },
    state: IntegrationState.parse(row.state),
    stateDetail: row.state_detail,
    apiKeyExpiresAt: more.expiresAt?.toISOString() ?? null,
    lastCheck: row.last_check === null ? null : CheckReport.parse(row.last_check),
    lastRun: more.lastRun,
    documents: more.documents,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  }
}
