/**
 * Judges a definition wholly: what it says, what it names, and where it would send. That decides about saving alone: who may
 * do what, and where a credential goes, is judged again at every attempt.
 */
import { sql } from 'kysely'
import type { DefinitionCheck, DefinitionVerdict } from '#schema/workflow-api.ts'
import type { Definition } from '#schema/workflow.ts'
import { findPerson } from '#server/access/actor.ts'
import { findReader, mayRead, type Reader } from '#server/access/reader.ts'
import type { App } from '#server/app.ts'
import { administers, type Scope } from '#server/credentials/scope.ts'
import type { Db } from '#server/db/open.ts'
import { ownOrigins } from '#server/egress/check.ts'
import { parseEgressAllow, type EgressRules } from '#server/egress/guard.ts'
import type { Actor } from '#server/platform/actor.ts'
import { Problem } from '#server/platform/problem.ts'
import { findWorkflowScope, getReadableWorkflow, requireToRead } from './access.ts'
import { applies, branches } from './applies.ts'
import { fault, type Finding } from './findings.ts'
import { judgeDefinition } from './judge.ts'
import { readDefinition } from './read-definition.ts'
import { findReferred, treesOf, type Referred } from './referred.ts'
import { hasNamesake, nameTaken, readStored } from './store.ts'

type Needs = Pick<App, 'db' | 'clock' | 'config'>

/** By whom, for where and in whose name a definition is to be saved. `former`: what it replaces. */
type Saving = { scope: Scope; saver: Actor; ownerId: string | null; former?: Definition | undefined }

/** The definition as it is to be stored; a 422 Problem that lists every error when it has any. */
export async function checkToSave(app: Needs, raw: unknown, saving: Saving): Promise<Definition> {
  const read = readDefinition(raw, saving.former)
  if (!read.ok) throw invalid(read.faults, read.isNewer ? 'newer-definition' : 'invalid-definition')
  const errors = (await find(app, read.definition, saving)).filter(({ isWarning }) => !isWarning).map(toFieldError)
  if (errors.length > 0) throw invalid(errors, 'invalid-definition')
  return read.definition
}

/** The same for the editor: what is wrong comes as lists, and nothing is stored. */
export async function checkDefinition(
  app: Needs,
  actor: Actor,
  label: string,
  { definition: raw, workflowId }: DefinitionCheck,
): Promise<DefinitionVerdict> {
  const scope = await findWorkflowScope(app, actor, label)
  requireToRead(actor, scope)
  const row = workflowId === undefined ? undefined : await getReadableWorkflow(app.db, actor, workflowId)
  const former = row && readStored(row)
  const read = readDefinition(raw, former)
  if (!read.ok) return { errors: read.faults, warnings: [], pages: null }
  const { definition } = read
  const ownerId = row === undefined ? actor.id : row.owner_id
  const findings = await find(app, definition, { scope, saver: actor, ownerId, former })
  if (await hasNamesake(app.db, scope.id, definition.name, row?.id))
    findings.unshift(fault('name', nameTaken(definition.name).message))
  const errors = findings.filter(({ isWarning }) => !isWarning).map(toFieldError)
  // Of a global one a space's admin, who may only look at it, is told nothing.
  const hasPages = errors.length === 0 && (definition.statuses ?? []).length > 0 && administers(actor, scope)
  return {
    errors,
    warnings: findings.filter(({ isWarning }) => isWarning).map(toFieldError),
    pages: hasPages ? await countPages(app.db, await findReader(app.db, actor), scope.spaceId, definition) : null,
  }
}

export function toFieldError({ path, message }: Finding): { path: string; message: string } {
  return { path, message }
}

/** The guard's rules for what can be told of an address without asking DNS. */
export function egressRules(config: App['config']): EgressRules {
  return { allow: parseEgressAllow(config.egressAllow), ownOrigins: ownOrigins(config) }
}

async function find(app: Needs, definition: Definition, { scope, saver, ownerId, former }: Saving): Promise<Finding[]> {
  const [owner, referred, reader] = await Promise.all([
    ownerId === null ? undefined : findPerson(app, ownerId),
    findReferred(app.db, [definition]),
    findReader(app.db, saver),
  ])
  // What stood there already he may leave as it is.
  const kept = former === undefined ? [] : treesOf(former)
  return judgeDefinition(definition, {
    scope,
    saver,
    owner,
    referred: { ...referred, documents: await withoutShut(app.db, reader, referred.documents, kept) },
    egress: egressRules(app.config),
    now: app.clock.now(),
  })
}

/** A page that he may not read is to him as one that is not there. */
async function withoutShut(
  db: Db,
  reader: Reader,
  documents: Referred['documents'],
  kept: readonly string[],
): Promise<Referred['documents']> {
  if (reader === 'all' || documents.size === 0) return documents
  const { rows } = await sql<{ id: string }>`
    select document.id from documents as document
    where document.id = any(${[...documents.keys()]}::uuid[])
      and (document.id = any(${kept}::uuid[]) or ${mayRead(reader)})`.execute(db)
  const seen = new Set(rows.map(({ id }) => id))
  return new Map([...documents].filter(([id]) => seen.has(id)))
}

function invalid(errors: { path: string; message: string }[], code: string): Problem {
  const [first] = errors
  const where = first === undefined || first.path === '' ? '' : `${first.path}: `
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : ''
  return new Problem(422, code, `${where}${first?.message ?? 'The definition cannot be read.'}${more}`, { errors })
}

/** Of those that he may read: how many of the others have which label is not his to know. */
async function countPages(db: Db, reader: Reader, spaceId: string | null, definition: Definition): Promise<number> {
  const trees = definition.appliesTo?.trees
  const { rows } = await sql<{ count: number }>`
    ${trees === undefined ? sql`` : sql`with recursive ${branches(trees)}`}
    select count(*)::integer as count from documents as document
    where ${applies({ spaceId, definition })} and ${mayRead(reader)}`.execute(db)
  return rows[0]?.count ?? 0
}
