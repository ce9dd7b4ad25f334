import type { App } from '#server/app.ts'
import type { Source } from '#server/connectors/confluence/source.ts'
import { Problem } from '#server/platform/problem.ts'
import type { Tx } from '#server/db/open.ts'
import { transact } from '#server/db/transact.ts'
import type { RunCounts, RunMode } from '#schema/integration.ts'
import { addCounts, holdIntegration } from '../run-store.ts'
import type { KnownNodes } from './renew-nodes.ts'

export type SyncNeeds = Pick<App, 'db' | 'log' | 'clock' | 'config'>

export type SyncSpace = {
  id: string
  /** The key in Confluence; the space here may have got another one. */
  key: string
  name: string
  externalId: string
  /** Its first import is not complete: nothing in it is news yet, so no events. */
  isFirst: boolean
}

/** One run under way in this process. */
export type Sync = {
  app: SyncNeeds
  runId: string
  /** Written with every change; when it no longer matches, another process has taken over. */
  runner: string
  integrationId: string
  mode: RunMode
  source: Source
  /** `https://site/wiki`, what links to pages start with. */
  siteBase: string
  selected: 'all' | readonly string[]
  /** Files larger than this are listed, not fetched. */
  attachmentMegabytes: number
  spaces: Map<string, SyncSpace>
  /** Labels by external id of the labelled pages met so far, so that pages which come later are indexed once with all they have. */
  toldLabels: Map<string, string[]>
  /** Whether `toldLabels` has those of all pages. */
  hasAllLabels: boolean
  /** What became of the stored folders and other nodes; undefined = not asked yet. */
  nodes: KnownNodes | undefined
  /** External ids of the pages that this run's lists showed. */
  seen: Set<string>
  /** Aborted when the server stops and when the run has failed. */
  signal: AbortSignal
  /** Aborts `signal`: what else is under way in this run comes to its end. */
  stop: () => void
  /** Requests already added to the run's counts. */
  countedRequests: number
  /** Milliseconds of waiting for rate limits already added to the run's. */
  countedWaitMs: number
}

/**
 * One transaction of the run. It holds the integration first: a deletion waits for it, or is over and seen here, so that
 * the two never wait for each other crosswise.
 */
export async function write<T>(sync: Sync, work: (tx: Tx) => Promise<T>): Promise<T> {
  return transact(sync.app.db, async (tx) => {
    if (!(await holdIntegration(tx, sync.integrationId))) throw new TakenOver()
    return work(tx)
  })
}

/** Adds to the run's counts in the caller's transaction, and proves that the run is still this process's. Throws when it is not. */
export async function count(sync: Sync, tx: Tx, add: Partial<RunCounts>): Promise<void> {
  const requests = sync.source.client.requests - sync.countedRequests
  sync.countedRequests += requests
  const waitedMs = sync.source.client.waitedMs - sync.countedWaitMs
  sync.countedWaitMs += waitedMs
  if (!(await addCounts(tx, sync.runId, sync.runner, { ...add, requests }, waitedMs))) throw new TakenOver()
}

/** The run belongs to another process now, or its integration was deleted: stop without a trace. */
export class TakenOver extends Problem {
  constructor() {
    super(409, 'taken-over', 'This sync run is no longer this process’s.')
  }
}
