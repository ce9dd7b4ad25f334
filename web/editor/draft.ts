import { z } from 'zod'

/** How a conflict of one block was decided; `own` is written by hand, in storage format. */
export const Choice = z.discriminatedUnion('take', [
  z.object({ take: z.enum(['mine', 'theirs', 'both']) }),
  z.object({ take: z.literal('own'), storage: z.string() }),
])
export type Choice = z.infer<typeof Choice>

/** What somebody is writing. `version` is the one that it stands on, 0 for a new page. */
export const Draft = z.object({
  version: z.number().int(),
  title: z.string(),
  format: z.enum(['markdown', 'storage']),
  text: z.string(),
  /** The text as it was loaded: then no body needs to be sent. Null when it was made of an edited one. */
  loaded: z.string().nullable(),
  message: z.string(),
  minorEdit: z.boolean(),
  labels: z.array(z.string()),
  at: z.string(),
  /** Decisions so far where others changed the same blocks, up to `version` of theirs. */
  picks: z
    .object({ version: z.number().int(), title: z.string().nullable(), of: z.array(Choice.nullable()) })
    .nullable(),
})
export type Draft = z.infer<typeof Draft>

/** A fresh draft on a text as it is. */
export function draftOn(text: Pick<Draft, 'version' | 'title' | 'format' | 'text'>): Draft {
  return { ...text, loaded: text.text, message: '', minorEdit: false, labels: [], at: '', picks: null }
}

/** Where a person's draft of one page is kept: this tab alone, through reloads and a sign-out. */
export function draftKey(userId: string, target: string): string {
  return `lockkeeper.draft.${userId}.${target}`
}

export function readDraft(key: string): Draft | undefined {
  const text = sessionStorage.getItem(key)
  if (text === null) return undefined
  try {
    return Draft.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}

/** False where the browser has no room for it. */
export function keepDraft(key: string, draft: Draft): boolean {
  try {
    sessionStorage.setItem(key, JSON.stringify(draft))
    return true
  } catch {
    return false
  }
}

export function dropDraft(key: string): void {
  sessionStorage.removeItem(key)
}
