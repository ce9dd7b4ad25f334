/** Two edits of one version, block by block: what both did is put together, unless they did different things to one block. */
import type { EditConflict } from '#schema/publish.ts'
import type { PulledPage } from '#server/connectors/confluence/pull.ts'
import type { LinkContext } from '#server/connectors/confluence/storage/addresses.ts'
import { mergeStorage } from '#server/connectors/confluence/storage/merge.ts'
import { findNames } from '#server/content/people.ts'
import type { Db } from '#server/db/open.ts'
import { Problem } from '#server/platform/problem.ts'
import type { Target } from './target.ts'

export type Text = { title: string; storage: string }

/** What becomes of both edits; throws 409 `conflict` with both sides when somebody has to choose. */
export async function mergeTexts(
  db: Db,
  target: Target,
  edit: { base: Text; baseVersion: number; mine: Text; live: PulledPage & { storage: string }; context: LinkContext },
): Promise<Text> {
  const { base, baseVersion, mine, live, context } = edit
  const title = mergeTitles(base.title, mine.title, live.title)
  const merged = mergeStorage(base.storage, mine.storage, live.storage, context)
  if (title !== undefined && merged.storage !== undefined) return { title, storage: merged.storage }
  const names =
    live.versionAuthor === null ? undefined : await findNames(db, target.integrationId, [live.versionAuthor])
  const conflict: EditConflict = {
    base: baseVersion,
    current: {
      version: live.version,
      title: live.title,
      author: names?.get(live.versionAuthor ?? '') ?? null,
      at: live.versionAt?.toISOString() ?? null,
      message: live.versionMessage,
    },
    title: title === undefined ? { base: base.title, mine: mine.title, theirs: live.title } : null,
    mergedTitle: title ?? null,
    parts: merged.parts,
  }
  throw new Problem(
    409,
    'conflict',
    `“${live.title}” was changed in Confluence since version ${baseVersion}, in the same places. Choose what is to stay, and send it with version ${live.version}.`,
    { conflict },
  )
}

function mergeTitles(base: string, mine: string, theirs: string): string | undefined {
  if (mine === base || mine === theirs) return theirs
  return theirs === base ? mine : undefined
}
