import type { Call } from '../call.ts'
import { ancestorsOf, storageOf, titleOf } from '../world/nodes.ts'
import { siteNow, type Label, type Node, type Site, type Space } from '../world/site.ts'
import { cqlDate } from './cql-dates.ts'
import { unreadable, type Clause, type Operator } from './cql.ts'

export type Matcher<T = Node> = (item: T) => boolean

/** What CQL asks of an item, by field. */
export type Fields<T> = {
  space: (item: T) => Space
  type: (item: T) => string
  id: (item: T) => number
  labels: (item: T) => readonly Label[]
  parent: (item: T) => Node | undefined
  ancestors: (item: T) => readonly Node[]
  /** The page that a file or a comment hangs on. */
  container: (item: T) => Node | undefined
  /** By every name that CQL knows the author by. */
  creators: (item: T) => readonly string[]
  modifiedAt: (item: T) => number
  createdAt: (item: T) => number
  title: (item: T) => string
  text: (item: T) => string
}

export function nodeFields(site: Site): Fields<Node> {
  return {
    space: (node) => node.space,
    type: (node) => node.kind,
    id: (node) => node.id,
    labels: (node) => node.labels,
    parent: (node) => node.parent,
    ancestors: ancestorsOf,
    container: () => undefined,
    creators: (node) => [node.author.accountId],
    modifiedAt: (node) => node.modifiedAt,
    createdAt: (node) => node.createdAt,
    title: (node) => titleOf(site, node),
    text: (node) => storageOf(site, node).replaceAll(/<[^>]+>/g, ' '),
  }
}

/** Turns a parsed query into a test of items. */
export function matcherOf<T>(call: Call, clause: Clause | undefined, fields: Fields<T>): Matcher<T> {
  if (clause === undefined) return () => true
  if (clause.kind === 'not') {
    const inner = matcherOf(call, clause.part, fields)
    return (item) => !inner(item)
  }
  if (clause.kind === 'test') return testOf(call, clause, fields)
  const parts = clause.parts.map((part) => matcherOf(call, part, fields))
  return clause.kind === 'and'
    ? (item) => parts.every((part) => part(item))
    : (item) => parts.some((part) => part(item))
}

function testOf<T>(call: Call, clause: Clause & { kind: 'test' }, fields: Fields<T>): Matcher<T> {
  const { field, operator, values } = clause
  const ids = new Set(values)
  const member = (holds: Matcher<T>) => membership(operator, holds)
  switch (field) {
    case 'space':
    case 'space.key':
      return member((item) => ids.has(fields.space(item).key) || ids.has(fields.space(item).alias))
    case 'space.id':
      return member((item) => ids.has(String(fields.space(item).id)))
    case 'space.type':
      return member((item) => ids.has(fields.space(item).type))
    case 'type':
      return member((item) => ids.has(fields.type(item)))
    case 'id':
    case 'content':
      return member((item) => ids.has(String(fields.id(item))))
    case 'label':
      return member((item) => fields.labels(item).some((label) => ids.has(label.name)))
    case 'parent':
      return member((item) => ids.has(String(fields.parent(item)?.id)))
    case 'ancestor':
      return member((item) => fields.ancestors(item).some((above) => ids.has(String(above.id))))
    case 'container':
      return member((item) => ids.has(String(fields.container(item)?.id)))
    case 'creator':
      return member((item) => fields.creators(item).some((name) => ids.has(name)))
    case 'lastmodified':
      return comparison(call, operator, values, fields.modifiedAt)
    case 'created':
      return comparison(call, operator, values, fields.createdAt)
    case 'title':
      return operator === '~' || operator === '!~'
        ? wording(operator, values, fields.title)
        : member((item) => ids.has(fields.title(item)))
    case 'text':
    case 'sitesearch':
      return wording(operator, values, (item) => `${fields.title(item)} ${fields.text(item)}`)
    default:
      throw unreadable(`No field exists with name: ${field}`)
  }
}

function membership<T>(operator: Operator, holds: Matcher<T>): Matcher<T> {
  if (operator === '=' || operator === 'in') return holds
  if (operator === '!=' || operator === 'not in') return (item) => !holds(item)
  throw unreadable(`operator ${operator} does not fit this field`)
}

function comparison<T>(call: Call, operator: Operator, values: string[], valueOf: (item: T) => number): Matcher<T> {
  const date = cqlDate(values[0] ?? '', call.user.timeZone ?? 'UTC', siteNow(call.site))
  const minute = (at: number) => Math.floor(at / 60_000)
  const wanted = minute(date)
  const isDay = /^\d{4}.\d{1,2}.\d{1,2}$/.test(values[0] ?? '')
  switch (operator) {
    case '>':
      return (item) => minute(valueOf(item)) > wanted
    case '>=':
      return (item) => minute(valueOf(item)) >= wanted
    case '<':
      return (item) => minute(valueOf(item)) < wanted
    case '<=':
      return (item) => minute(valueOf(item)) <= wanted
    case '=':
      return (item) => minute(valueOf(item)) >= wanted && minute(valueOf(item)) < wanted + (isDay ? 1440 : 1)
    default:
      throw unreadable(`operator ${operator} does not fit a date`)
  }
}

// By whole words, in any order, as the search index does; a trailing * opens a word's end.
function wording<T>(operator: Operator, values: string[], textOf: (item: T) => string): Matcher<T> {
  const words = (values[0] ?? '')
    .toLowerCase()
    .split(/[^\p{L}\p{N}*]+/u)
    .filter((word) => word !== '')
  const holds = (item: T) => {
    const found = new Set(
      textOf(item)
        .toLowerCase()
        .split(/[^\p{L}\p{N}]+/u),
    )
    return words.every((word) =>
      word.endsWith('*') ? [...found].some((one) => one.startsWith(word.slice(0, -1))) : found.has(word),
    )
  }
  return operator === '!~' ? (item) => !holds(item) : holds
}
