import type { LinkContext } from '../addresses.ts'
import { editList } from './edit-list.ts'
import { editTable } from './edit-table.ts'
import { editWhole } from './edit-whole.ts'

/** A block after an edit, or undefined where the edit would lose what Markdown cannot carry. */
export function editBlock(body: string, before: string, after: string, context: LinkContext): string | undefined {
  if (before === after) return body
  return (
    editList(body, before, after, context, editBlock) ??
    editTable(body, before, after, context) ??
    editWhole(body, before, after, context)
  )
}
