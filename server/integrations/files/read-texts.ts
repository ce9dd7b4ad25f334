/** Reads the text of stored files for search, one at a time, and puts many together into the index. */
import type { App } from '#server/app.ts'
import { readBlob } from '#server/content/blobs.ts'
import { indexWaiting, noteChangedParts } from '#server/content/parts.ts'
import type { TextOutcome } from '#server/content/text/outcome.ts'
import type { TextReader } from '#server/content/text/reader.ts'
import { transact } from '#server/db/transact.ts'
import { holdIntegration } from '../run-store.ts'
import { claimTexts, type WaitingText } from './claim.ts'

type Needs = Pick<App, 'db' | 'log'>

const TEXTS_PER_ROUND = 20
/** A page with many files is indexed anew for many of them together. */
const INDEX_EVERY_MS = 20_000
/** The whole file is in the memory of the process that reads it. */
const MOST_BYTES = 100 * 1024 * 1024
const SURELY_BYTES = 10 * 1024 * 1024
/** A file at which this server died so often is given up. */
const MOST_TRIES = 3

/** Reads what waits, until nothing is left; how many files were read. */
export async function readTexts(app: Needs, reader: TextReader, signal: AbortSignal): Promise<number> {
  let count = 0
  let indexedAt = performance.now()
  while (!signal.aborted) {
    const waiting = await claimTexts(app.db, TEXTS_PER_ROUND)
    for (const one of waiting) {
      if (signal.aborted) return count
      const outcome = await readOne(app, reader, one)
      // A stop ends the reader too: that says nothing about the file.
      if (signal.aborted) return count
      await settle(app, one, outcome)
      count += 1
    }
    if (waiting.length === 0) break
    if (performance.now() - indexedAt < INDEX_EVERY_MS) continue
    await indexWaiting(app.db, signal)
    indexedAt = performance.now()
  }
  await indexWaiting(app.db, signal)
  return count
}

async function readOne(app: Needs, reader: TextReader, file: WaitingText): Promise<TextOutcome> {
  if (file.size > MOST_BYTES) return none(`Larger than ${MOST_BYTES / 1024 / 1024} MB: kept, but not read for search.`)
  if (hasNoText(file)) return none('')
  if (file.tries > MOST_TRIES)
    return { state: 'failed', text: '', detail: 'Reading it broke off several times; it was given up.' }
  return reader.read(file.name, readBlob(app.db, file.sha256, file.size))
}

/** Films and the like are not carried about only to be told from their content; smaller files may not be what they claim. */
function hasNoText({ media_type, size }: WaitingText): boolean {
  return size > SURELY_BYTES && /^(?:image|video|audio)\//.test(media_type) && !media_type.includes('svg')
}

function none(detail: string): TextOutcome {
  return { state: 'none', text: '', detail }
}

/** Written with the note that the document is to be indexed; a file that changed meanwhile is left to its next turn. */
async function settle(app: Needs, file: WaitingText, { state, text, detail }: TextOutcome): Promise<void> {
  await transact(app.db, async (tx) => {
    if (!(await holdIntegration(tx, file.integration_id))) return
    const row = await tx
      .updateTable('attachments')
      .set({ text_state: state, text_detail: detail, body_text: text })
      .where('id', '=', file.id)
      .where('sha256', '=', file.sha256)
      .where('deleted_at', 'is', null)
      .returning('id')
      .executeTakeFirst()
    if (row !== undefined && text !== '') await noteChangedParts(tx, [file.document_id])
  })
}
