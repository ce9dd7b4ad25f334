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
import { claimFiles, putOff, putOffAll, settleFile, type WaitingFile } from './claim.ts'

type Needs = Pick<App, 'db' | 'keys' | 'fetch' | 'clock' | 'config' | 'log'>

const FILES_PER_ROUND = 30
const FILES_AT_ONCE = 3
const TIMEOUT_MS = 10 * 60_000
const MEGABYTE = 1024 * 1024
const MOST_TRIES = 6
const RETRY_START_MS = 60_000
const RETRY_CAP_MS = 30 * 60_000
/** What concerns the key or the site is looked at again after this. */
const ASK_AGAIN_MS = 10 * 60_000
/** What nobody can do anything about at the file. */
const ABOUT_ALL = new Set([
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
  for (let count = 0; ;) {
    if (signal.aborted) return count
    const files = await claimFiles(app.db, FILES_PER_ROUND)
    if (files.length === 0) return count
    count += files.length
    for (const [integrationId, own] of Map.groupBy(files, (file) => file.integration_id))
      await fetchOf(app, integrationId, own, signal)
  }
}

async function fetchOf(app: Needs, integrationId: string, files: WaitingFile[], signal: AbortSignal): Promise<void> {
  try {
    const integration = await findIntegrationRow(app.db, integrationId)
    // Deleted in between, with its files.
    if (integration === undefined) return
    const { source, settings } = await openConnection(app, integration, { signal })
    const waiting = [...files]
    const worker = async () => {
      for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
        signal.throwIfAborted()
        await fetchOne(app, source, settings.attachmentMegabytes, file)
      }
    }
    const workers = await Promise.allSettled(Array.from({ length: FILES_AT_ONCE }, worker))
    for (const one of workers) if (one.status === 'rejected') throw one.reason
  } catch (error) {
    if (signal.aborted || !(error instanceof Problem || error instanceof Upstream)) throw error
    app.log.warn({ integration: integrationId, code: error.code }, 'files cannot be fetched for now')
    await putOffAll(app.db, integrationId, ASK_AGAIN_MS, error.message)
  }
}

/** Throws what concerns all files; what concerns this one is noted at it. */
async function fetchOne(app: Needs, source: Source, megabytes: number, file: WaitingFile): Promise<void> {
  const about = { pageExternalId: file.document_external_id, externalId: file.external_id }
  try {
    const answer = await source.openFile(about, { maxBytes: megabytes * MEGABYTE, timeoutMs: TIMEOUT_MS })
    refuseWebPage(answer, file)
    await store(app, answer, file)
  } catch (error) {
    if (!(error instanceof Upstream) || ABOUT_ALL.has(error.code)) throw error
    const nothing = { sha256: null, size: null }
    if (error.code === 'too-large')
      return void (await settleFile(app.db, file, { state: 'too-large', detail: tooLarge(megabytes), ...nothing }))
    if (file.tries < MOST_TRIES && error.status !== 404) {
      const waitMs = (error.retryAfterSeconds ?? 0) * 1000 || backoffMs(file.tries, RETRY_START_MS, RETRY_CAP_MS)
      return putOff(app.db, file, waitMs, error.message)
    }
    await settleFile(app.db, file, { state: 'failed', detail: error.message, ...nothing })
  }
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
