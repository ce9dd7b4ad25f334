/** A definition as somebody gives it: read as far as it goes, with a path and a sentence for everything that is wrong. */
import { randomInt } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { Action, Definition, DEFINITION_FORMAT, type Trigger } from '#schema/workflow.ts'

const MAX_BYTES = 524_288
const MAX_DEPTH = 40

export type Read =
  | { ok: true; definition: Definition }
  | { ok: false; isNewer: boolean; faults: { path: string; message: string }[] }

/**
 * Parses it. Statuses and actions without an id get one: that which they had in `former`, else a new one. `isNewer`: a later
 * Lockkeeper wrote it.
 */
export function readDefinition(raw: unknown, former?: Definition): Read {
  const unfit = judgeText(raw)
  if (unfit !== undefined) return refuse([{ path: '', message: unfit }])
  const format = z.looseObject({ format: z.number() }).safeParse(raw)
  if (format.success && format.data.format > DEFINITION_FORMAT) {
    const message = `This definition has the format ${format.data.format}; this Lockkeeper reads up to ${DEFINITION_FORMAT}. Update Lockkeeper.`
    return { ok: false, isNewer: true, faults: [{ path: 'format', message }] }
  }
  const parsed = Definition.safeParse(nameStatuses(raw, former))
  if (!parsed.success) return refuse(parsed.error.issues.flatMap((issue) => toFaults(issue, [])))
  return { ok: true, definition: nameActions(parsed.data, former) }
}

function refuse(faults: { path: string; message: string }[]): Read {
  return { ok: false, isNewer: false, faults }
}

/** What would break further on: too deep to walk, too large, or text that the database does not take. Walks without recursion. */
function judgeText(raw: unknown): string | undefined {
  const left: { value: unknown; depth: number }[] = [{ value: raw, depth: 0 }]
  let size = 0
  for (let item = left.pop(); item !== undefined; item = left.pop()) {
    const { value, depth } = item
    if (depth > MAX_DEPTH) return `It is nested more than ${MAX_DEPTH} levels deep.`
    if (typeof value === 'string') {
      size += Buffer.byteLength(value)
      if (value.includes('\u0000') || !value.isWellFormed())
        return 'A text in it holds a NUL or half a character, which cannot be stored.'
    } else if (typeof value === 'object' && value !== null) {
      for (const [name, inner] of Object.entries(value))
        left.push({ value: name, depth: depth + 1 }, { value: inner, depth: depth + 1 })
    } else size += 4
    if (size > MAX_BYTES) return `It holds more than ${MAX_BYTES / 1024} KB of text.`
  }
  return undefined
}

const Statuses = z.looseObject({ statuses: z.array(z.unknown()) })
const Identified = z.looseObject({ id: z.string() })
const Nameless = z.looseObject({ id: z.undefined().optional(), name: z.string() })

function nameStatuses(raw: unknown, former: Definition | undefined): unknown {
  const given = Statuses.safeParse(raw)
  if (!given.success) return raw
  const taken = new Set(given.data.statuses.flatMap((status) => Identified.safeParse(status).data?.id ?? []))
  const statuses = given.data.statuses.map((status) => {
    const nameless = Nameless.safeParse(status)
    if (!nameless.success) return status
    const { id: _none, ...named } = nameless.data
    const known = former?.statuses?.find((other) => other.name === named.name.trim())?.id
    const wanted = [known, slugOf(named.name)].find((slug) => slug !== undefined && slug !== '' && !taken.has(slug))
    const id = wanted ?? newSlug('status')
    taken.add(id)
    return { id, ...named }
  })
  return { ...given.data, statuses }
}

function slugOf(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40)
}

function newSlug(word: string): string {
  return `${word}-${randomInt(36 ** 6)
    .toString(36)
    .padStart(6, '0')}`
}

/** Actions keep the id that the same one, or one of its kind at its place, had in the same trigger. */
function nameActions(definition: Definition, former: Definition | undefined): Definition {
  const { triggers } = definition
  if (triggers === undefined) return definition
  const taken = new Set(triggers.flatMap((trigger) => trigger.do.flatMap(({ id }) => id ?? [])))
  return { ...definition, triggers: triggers.map((trigger) => nameIn(trigger, former, taken)) }
}

function nameIn(trigger: Trigger, former: Definition | undefined, taken: Set<string>): Trigger {
  const before = former?.triggers?.find(({ id }) => id === trigger.id)?.do ?? []
  const free = (other: Action): boolean => other.id !== undefined && !taken.has(other.id)
  const take = (action: Action, id: string): Action => {
    taken.add(id)
    return { id, ...action }
  }
  const same = trigger.do.map((action) => {
    if (action.id !== undefined) return action
    const found = before.find((other) => free(other) && isDeepStrictEqual({ ...other, id: 0 }, { ...action, id: 0 }))
    return found?.id === undefined ? action : take(action, found.id)
  })
  const named = same.map((action, index) => {
    if (action.id !== undefined) return action
    const there = before[index]
    const isKind = there !== undefined && free(there) && there.type === action.type
    return take(action, (isKind ? there.id : undefined) ?? newSlug(action.type.split('-').at(-1) ?? action.type))
  })
  return { ...trigger, do: named }
}

/** The faults of an issue. Of several forms that something may have, the one that it was most likely meant to be is told. */
function toFaults(issue: z.core.$ZodIssue, base: readonly PropertyKey[]): { path: string; message: string }[] {
  const path = [...base, ...issue.path]
  const at = path.map(String).join('.')
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ path: [...path, key].map(String).join('.'), message: 'There is no such field.' }))
  if (issue.code === 'invalid_union') {
    const [likeliest] = issue.errors.toSorted((one, other) => unlikeliness(one) - unlikeliness(other))
    if (likeliest !== undefined) return likeliest.flatMap((inner) => toFaults(inner, path))
    return [{ path: at, message: `Use one of ${Action.options.map((option) => option.shape.type.value).join(', ')}.` }]
  }
  const isMissing = issue.code === 'invalid_type' && issue.message.endsWith('received undefined')
  return [{ path: at, message: isMissing ? 'This is missing.' : issue.message }]
}

/** Fields that a form does not have weigh most, then that the fault lies at its very beginning, then how many there are. */
function unlikeliness(issues: readonly z.core.$ZodIssue[]): number {
  const foreign = issues.some((issue) => issue.code === 'unrecognized_keys' && issue.path.length === 0)
  const depth = Math.max(0, ...issues.map((issue) => issue.path.length))
  return (foreign ? 1_000_000 : 0) - Math.min(depth, 99) * 1000 + Math.min(issues.length, 999)
}
