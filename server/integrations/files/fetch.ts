/** Fetches the bytes of attachments: a few at once, streamed into the database, each tried again some times. */
import type { App } from '#server/app.ts'
import type { Source } from '#server/connectors/confluence/source.ts'
import { adoptBlob, dropBlob, writeBlob } from '#server/content/blobs.ts'
import { tooLarge } from '#server/content/put-attachments.ts'
import { transact } from '#server/db/transact.ts'
import type { EgressResponse } from '#server/egress/fetch.ts'
import { backoffMs } from '#server/platform/backoff.ts'
import { Problem, Upstream } from '#server/platform/problem.ts'
import { openConnection } from '../open-source.ts'
import { holdIntegration } from '../run-store.ts'
import { findIntegrationRow } from '../store.ts'
import { claimFiles, giveBack, putOff, putOffAll, settleFile, type WaitingFile } from './claim.ts'

type Needs = Pick<App, 'db' | 'keys' | 'fetch' | 'clock' | 'config' | 'log'>

const FILES_PER_ROUND = 30
const FILES_AT_ONCE = 3
const TIMEOUT_MS = 10 * 60_000
const MEGABYTE = 1024 * 1024
const MOST_TRIES = 6
const RETRY_START_MS = 60_000
const RETRY_CAP_MS = 30 * 60_000
/** What concerns the key or the site is looked at again after this; a limit or an outage sooner. */
const ASK_AGAIN_MS = 10 * 60_000
const BUSY_AGAIN_MS = 60_000
/** Those of other integrations wait meanwhile. */
const PATIENCE_MS = 5000
/** What nobody can do anything about at the file. */
const ABOUT_ALL = new Set([
  'rate-limited',
  'rate-limit-budget',
  'key-rejected',
  'missing-scope',
  'login-page',
  'redirected',
  'clear-text',
  'connect-refused',
  'dns-not-found',
  'unreachable',
  'tls-failed',
])

/** Fetches files that wait, until none is left whose time has come; how many were taken up. */
export async function fetchFiles(app: Needs, signal: AbortSignal): Promise<number> {
  // Their other files wait as they are, and those of other integrations are not held up.
  const limited = new Set<string>()
  for (let count = 0; ;) {
    if (signal.aborted) return count
    const files = await claimFiles(app.db, FILES_PER_ROUND, [...limited])
    if (files.length === 0) return count
    count += files.length
    for (const [integrationId, own] of Map.groupBy(files, (file) => file.integration_id))
      if (!(await fetchOf(app, integrationId, own, signal))) limited.add(integrationId)
  }
}

/** Files taken up together, and what is known of them by now. */
type Round = {
  source: Source
  megabytes: number
  waiting: WaitingFile[]
  /** Nothing is noted at these yet. */
  open: Set<WaitingFile>
  /** Answered by a failure of the server, which may be the file's or everybody's. */
  failed: Map<WaitingFile, Upstream>
  /** Whether the server answered anything else. */
  isAnswering: boolean
}

/** False at a limit: the integration's other files are not to be taken up for now. */
async function fetchOf(app: Needs, integrationId: string, files: WaitingFile[], signal: AbortSignal): Promise<boolean> {
  const open = new Set(files)
  const failed: Round['failed'] = new Map()
  try {
    const integration = await findIntegrationRow(app.db, integrationId)
    // Deleted in between, with its files.
    if (integration === undefined) return true
    const { source, settings } = await openConnection(app, integration, { signal, patienceMs: PATIENCE_MS })
    const { attachmentMegabytes: megabytes } = settings
    await fetchRound(app, { source, megabytes, waiting: [...files], open, failed, isAnswering: false }, signal)
    return true
  } catch (error) {
    if (signal.aborted || !(error instanceof Problem || error instanceof Upstream)) throw error
    app.log.warn({ integration: integrationId, code: error.code }, 'files cannot be fetched for now')
    const waitMs = waitAfter(error)
    const untried = [...open].filter((file) => !failed.has(file))
    await giveBack(app.db, untried, waitMs, error.message)
    // The others first, then: files at which the server fails whenever they are asked for hold up nobody.
    await giveBack(app.db, [...failed.keys()], waitMs + ASK_AGAIN_MS, error.message)
    // A limit is kept by the throttle: nothing is asked meanwhile, and of many files few need to be written to.
    if (error.code === 'rate-limited') return false
    await putOffAll(app.db, integrationId, waitMs, error.message)
    return true
  }
}

/** Throws what concerns all files. */
async function fetchRound(app: Needs, round: Round, signal: AbortSignal): Promise<void> {
  const { waiting, open, failed } = round
  while (waiting.length > 0) {
    const workers = await Promise.allSettled(Array.from({ length: FILES_AT_ONCE }, () => work(app, round, signal)))
    for (const one of workers) if (one.status === 'rejected') throw one.reason
    const [failure] = failed.values()
    if (failure === undefined) return
    if (!round.isAnswering && !(await isAboutFiles(round))) throw failure
    round.isAnswering = true
    for (const [file, error] of failed) {
      await noteFailure(app, file, error)
      open.delete(file)
    }
    failed.clear()
  }
}

async function work(app: Needs, round: Round, signal: AbortSignal): Promise<void> {
  const { waiting, failed } = round
  // So many failures and nothing else look like an outage.
  while (round.isAnswering || failed.size < FILES_AT_ONCE) {
    const file = waiting.shift()
    if (file === undefined) return
    signal.throwIfAborted()
    await fetchOne(app, round, file).catch((error: unknown) => {
      waiting.length = 0
      throw error
    })
  }
}

/** 500 may be about the files alone, as where they are gone from the server's disk: then it answers what has none. */
async function isAboutFiles({ source, failed }: Round): Promise<boolean> {
  if ([...failed.values()].some((error) => error.status !== 500)) return false
  return source.isKeyAccepted()
}

/** A limit, or a server that fails. */
function isBusy(error: Problem | Upstream): boolean {
  if (!(error instanceof Upstream)) return false
  return error.retryAfterSeconds !== undefined || error.code === 'rate-limited' || isServerFailure(error)
}

function waitAfter(error: Problem | Upstream): number {
  if (error instanceof Upstream && error.retryAfterSeconds !== undefined) return error.retryAfterSeconds * 1000
  return isBusy(error) ? BUSY_AGAIN_MS : ASK_AGAIN_MS
}

/** Throws what concerns all files; what concerns this one is noted at it, and what may be either in the round. */
async function fetchOne(app: Needs, round: Round, file: WaitingFile): Promise<void> {
  const { source, megabytes, open, failed } = round
  const about = { pageExternalId: file.document_external_id, externalId: file.external_id }
  try {
    const answer = await source.openFile(about, { maxBytes: megabytes * MEGABYTE, timeoutMs: TIMEOUT_MS })
    round.isAnswering = true
    refuseWebPage(answer, file)
    await store(app, answer, file)
  } catch (error) {
    if (!(error instanceof Upstream) || isAboutAll(error)) throw error
    if (isServerFailure(error)) return void failed.set(file, error)
    if (error.status !== undefined) round.isAnswering = true
    if (error.code === 'too-large') {
      const outcome = { detail: tooLarge(megabytes), sha256: null, size: null }
      await settleFile(app.db, file, { state: 'too-large', ...outcome })
    } else await noteFailure(app, file, error)
  }
  open.delete(file)
}

/** A failure of this file: it is tried again some times. */
async function noteFailure(app: Needs, file: WaitingFile, error: Upstream): Promise<void> {
  if (file.tries < MOST_TRIES && error.status !== 404) {
    const waitMs = (error.retryAfterSeconds ?? 0) * 1000 || backoffMs(file.tries, RETRY_START_MS, RETRY_CAP_MS)
    return putOff(app.db, file, waitMs, error.message)
  }
  await settleFile(app.db, file, { state: 'failed', detail: error.message, sha256: null, size: null })
}

/** Also a server that fails and says when to come back. */
function isAboutAll(error: Upstream): boolean {
  return ABOUT_ALL.has(error.code) || (isServerFailure(error) && error.retryAfterSeconds !== undefined)
}

function isServerFailure({ status }: Upstream): boolean {
  return status !== undefined && status >= 500
}

async function store(app: Needs, answer: EgressResponse, file: WaitingFile): Promise<void> {
  const blob = await writeBlob(app.db, answer.body ?? [])
  if (file.size !== null && blob.size !== file.size) {
    await dropBlob(app.db, blob.name)
    const { host } = new URL(answer.url)
    throw new Upstream(host, 'wrong-size', `${host} sent ${blob.size} bytes of a file that has ${file.size}.`)
  }
  await transact(app.db, async (tx) => {
    if (!(await holdIntegration(tx, file.integration_id))) return
    await adoptBlob(tx, blob)
    await settleFile(tx, file, { state: 'stored', detail: '', sha256: blob.sha256, size: blob.size })
  })
}

/** A sign-in page in place of the file would be stored as if it were it. */
function refuseWebPage(answer: EgressResponse, file: WaitingFile): void {
  const type = answer.headers.get('content-type') ?? ''
  if (!type.includes('html') || file.media_type.includes('html') || file.media_type === '') return
  answer.discard()
  const { host } = new URL(answer.url)
  throw new Upstream(host, 'not-the-file', `${host} answered with a web page instead of the file.`)
}
