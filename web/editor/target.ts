import type { z } from 'zod'
import type { DocumentChange, NewDocument, PublishPreview } from '#schema/publish.ts'
import { type Written, changeDocument, createDocument, previewChange, previewCreation } from '../api/publish.ts'
import type { Draft } from './draft.ts'
import type { NewType } from './new-type.ts'

/** What is written: a page that is there, or a new one. `parentId` null = at the top of the space. */
export type Target =
  | { kind: 'edit'; id: string; spaceKey: string; title: string }
  | { kind: 'new'; type: NewType; spaceKey: string; parentId: string | null }

/** Names the target's draft: the same one, whether it is to become a page or a blog post. */
export function nameOf(target: Target): string {
  return target.kind === 'edit' ? target.id : `new.${target.spaceKey}.${target.parentId ?? 'top'}`
}

export function save(target: Target, draft: Draft): Promise<Written> {
  return target.kind === 'edit' ? changeDocument(target.id, changeOf(draft)) : createDocument(creationOf(target, draft))
}

/** What saving would send; nothing is sent. */
export function preview(target: Target, draft: Draft): Promise<PublishPreview> {
  return target.kind === 'edit' ? previewChange(target.id, changeOf(draft)) : previewCreation(creationOf(target, draft))
}

/** Without the text when it is as it was loaded: a body that nobody touched is not worth an edit. */
function changeOf(draft: Draft): z.input<typeof DocumentChange> {
  const { version, title, text, loaded, minorEdit } = draft
  return { version, title, ...(text !== loaded && { [draft.format]: text }), ...messageOf(draft), minorEdit }
}

function creationOf(target: Extract<Target, { kind: 'new' }>, draft: Draft): z.input<typeof NewDocument> {
  const { title, text, format, labels } = draft
  const { type, spaceKey: space, parentId } = target
  return { type, space, parentId, title, [format]: text, labels, ...messageOf(draft) }
}

function messageOf({ message }: Draft): { message?: string } {
  return message.trim() === '' ? {} : { message }
}
