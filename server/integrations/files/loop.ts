/** The files' two loops, in every worker: bytes are fetched, and read for search. They pass over each other's rows. */
import type { App } from '#server/app.ts'
import { removeUnusedBlobs } from '#server/content/blobs.ts'
import { openTextReader } from '#server/content/text/reader.ts'
import { onWake } from '#server/jobs/wake.ts'
import { repeat } from '#server/platform/repeat.ts'
import { fetchFiles } from './fetch.ts'
import { readTexts } from './read-texts.ts'

type Needs = Pick<App, 'db' | 'keys' | 'fetch' | 'clock' | 'config' | 'log' | 'wake'>

const EVERY_MS = 5_000
const CLEAN_UP_EVERY_MS = 15 * 60_000

/** Begins at once and goes on until it is disposed, which waits for what is under way to break off. */
export function startFiles(app: Needs): AsyncDisposable {
  const stopping = new AbortController()
  const reader = openTextReader()
  const until = stopping.signal
  const under = new Set<Promise<unknown>>()
  const keep = (round: () => Promise<unknown>) => () => {
    const one = round()
    under.add(one)
    return one.finally(() => under.delete(one))
  }
  const readNow = repeat(
    { everyMs: EVERY_MS, until, log: app.log, trouble: 'reading files for search broke off; it goes on soon' },
    keep(() => readTexts(app, reader, until)),
  )
  const fetchNow = repeat(
    { everyMs: EVERY_MS, until, log: app.log, trouble: 'fetching files broke off; it goes on soon' },
    keep(async () => {
      if ((await fetchFiles(app, until)) > 0) readNow()
    }),
  )
  repeat(
    { everyMs: CLEAN_UP_EVERY_MS, until, log: app.log, trouble: 'unused files could not be removed' },
    keep(() => removeUnusedBlobs(app.db, until)),
  )
  const sleep = onWake(app, 'files', fetchNow)
  return {
    async [Symbol.asyncDispose]() {
      sleep()
      stopping.abort()
      await reader[Symbol.asyncDispose]()
      await Promise.allSettled(under)
    },
  }
}
