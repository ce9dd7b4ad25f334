/** Everything that definitions name and that may not be there: people, groups, pages, spaces, credentials. */
import { sql } from 'kysely'
import type { Condition, Definition } from '#schema/workflow.ts'
import { unknownPrincipals } from '#server/access/space-store.ts'
import { findPickable, type Pickable } from '#server/credentials/pick.ts'
import type { Db, Tx } from '#server/db/open.ts'

export type Referred = {
  /** user:ID and group:ID that nobody is. */
  unknown: ReadonlySet<string>
  /** Documents by id: the space each is in. */
  documents: ReadonlyMap<string, string>
  credentials: ReadonlyMap<string, Pickable>
}

/** In three queries, whatever the number of definitions. */
export async function findReferred(db: Db | Tx, definitions: readonly Definition[]): Promise<Referred> {
  const principals = [...new Set(definitions.flatMap(principalsOf))]
  const credentialIds = [...new Set(definitions.flatMap(credentialsOf))]
  const unknown = principals.length === 0 ? [] : await unknownPrincipals(db, principals)
  return {
    unknown: new Set(unknown),
    documents: await findDocuments(db, [...new Set(definitions.flatMap(treesOf))]),
    credentials: await findPickable(db, credentialIds),
  }
}

/** The credentials that its actions send, each once. */
export function credentialsOf({ triggers = [] }: Pick<Definition, 'triggers'>): string[] {
  const actions = triggers.flatMap((trigger) => trigger.do)
  return [...new Set(actions.flatMap((action) => (action.type === 'authenticated-webhook' ? action.credentialId : [])))]
}

/** Every comparison of a condition, with its path. */
export function comparisonsOf(
  condition: Condition,
  path: string,
): { path: string; field: string; operands: string[] }[] {
  if ('all' in condition) return condition.all.flatMap((part, index) => comparisonsOf(part, `${path}.all.${index}`))
  if ('any' in condition) return condition.any.flatMap((part, index) => comparisonsOf(part, `${path}.any.${index}`))
  if ('not' in condition) return comparisonsOf(condition.not, `${path}.not`)
  const { field, is, isNot, in: list = [] } = condition
  return [{ path, field, operands: [is, isNot, ...list].filter((operand) => operand !== undefined) }]
}

function principalsOf({ transitions = [], triggers = [] }: Definition): string[] {
  const named = triggers.flatMap((trigger) =>
    trigger.do.flatMap((action) => {
      if (action.type === 'notify') return action.to
      return action.type === 'assign' ? [action.to] : []
    }),
  )
  return [...transitions.flatMap(({ who = [] }) => who), ...named].filter((name) => /^(user|group):/.test(name))
}

/** The documents that it names as tops of branches. */
export function treesOf({ appliesTo, triggers = [] }: Definition): string[] {
  const compared = triggers.flatMap((trigger) => (trigger.if === undefined ? [] : comparisonsOf(trigger.if, '')))
  const operands = compared.flatMap(({ field, operands }) => (field === 'tree' ? operands : []))
  return [...(appliesTo?.trees ?? []), ...operands.filter(isId)]
}

export function isId(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)
}

async function findDocuments(db: Db | Tx, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('documents')
    .select(['id', 'space_id'])
    .where('id', '=', sql<string>`any(${ids}::uuid[])`)
    .where('deleted_at', 'is', null)
    .execute()
  return new Map(rows.map((row) => [row.id, row.space_id]))
}
