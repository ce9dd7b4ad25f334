/** Tells in a run's list of skipped things what of attachments or comments it passed over. */
import type { PartKind } from '#server/connectors/confluence/parts.ts'
import { newId } from '#server/platform/ids.ts'
import { insertSkipped } from '../run-store.ts'
import { count, write, type Sync } from './context.ts'

export const NAMES: Readonly<Record<PartKind, string>> = {
  attachments: 'Attachments',
  'footer-comments': 'Comments',
  'inline-comments': 'Inline comments',
}

export async function noteSkippedParts(sync: Sync, kind: PartKind, reason: string): Promise<void> {
  sync.app.log.warn({ integration: sync.integrationId, run: sync.runId, kind }, 'parts of pages were passed over')
  const about = { external_id: kind, type: kind, title: NAMES[kind], space_key: null }
  await write(sync, async (tx) => {
    await insertSkipped(tx, [{ id: newId(), run_id: sync.runId, ...about, reason }])
    await count(sync, tx, { skipped: 1 })
  })
}
