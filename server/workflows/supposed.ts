/** An event that did not happen: what a dry run and the test of an action go by. */
import { REFERENCES } from '#schema/workflow-reference.ts'
import type { EventType } from '#schema/workflow.ts'
import { getReadableDocument } from '#server/content/read-access.ts'
import type { Db } from '#server/db/open.ts'
import type { Actor } from '#server/platform/actor.ts'
import { newId } from '#server/platform/ids.ts'
import type { ActiveWorkflow } from './active.ts'
import type { EventPayload, RoutedEvent } from './load-facts.ts'

export type Supposed = {
  type: EventType
  documentId?: string | undefined
  triggerId?: string | undefined
  status?: { from: string | null; to: string } | undefined
  changed?: string[] | undefined
  comment?: string | undefined
}

/** As if it happened now, and the caller had done it where a person does. The page must be one that he may read. */
export async function suppose(
  db: Db,
  actor: Actor,
  workflow: ActiveWorkflow,
  supposed: Supposed,
  at: Date,
): Promise<RoutedEvent> {
  const { type, documentId } = supposed
  const document = documentId === undefined ? undefined : await getReadableDocument(db, actor, documentId)
  return {
    id: newId(),
    type,
    spaceId: document?.spaceId ?? workflow.spaceId,
    subjectId: documentId ?? null,
    actorId: actor.id,
    depth: 0,
    at,
    payload: payloadOf(workflow, supposed),
    fault: null,
  }
}

/** What changed when nothing else is said. */
const CHANGES: Partial<Record<EventType, string[]>> = {
  'page.updated': ['body'],
  'page.moved': ['parent'],
  'page.labelled': ['labels'],
}

function payloadOf(workflow: ActiveWorkflow, { type, triggerId, status, changed, comment }: Supposed): EventPayload {
  const changes = changed ?? CHANGES[type]
  const step = workflow.definition.transitions?.find(({ from, to }) => from === status?.from && to === status.to)
  return {
    workflowId: workflow.id,
    ...(triggerId === undefined ? {} : { triggerId }),
    ...(changes === undefined ? {} : { changed: changes }),
    ...status,
    transition: step?.name ?? null,
    comment: comment ?? null,
    ...(type === 'credential.expiring'
      ? {
          name: String(exampleOf('credential.name')),
          expiresAt: String(exampleOf('credential.expiresAt')),
          daysLeft: Number(exampleOf('credential.daysLeft')),
        }
      : {}),
    ...(type.startsWith('sync.') ? { code: String(exampleOf('sync.code')) } : {}),
  }
}

function exampleOf(name: string): unknown {
  return REFERENCES.find((reference) => reference.name === name)?.example
}
