import type { Call } from '../call.ts'
import { ancestorsOf, storageOf, titleOf } from '../world/nodes.ts'
import { siteNow, type Node } from '../world/site.ts'
import { cqlDate } from './cql-dates.ts'
import { unreadable, type Clause, type Operator } from './cql.ts'

export type Matcher = (node: Node) => boolean

/** Turns a parsed query into a test of nodes. */
export function matcherOf(call: Call, clause: Clause | undefined): Matcher {
  if (clause === undefined) return () => true
  if (clause.kind === 'not') {
    const inner = matcherOf(call, clause.part)
    return (node) => !inner(node)
  }
  if (clause.kind === 'test') return testOf(call, clause.field, clause.operator, clause.values)
  const parts = clause.parts.map((part) => matcherOf(call, part))
  return clause.kind === 'and'
    ? (node) => parts.every((part) => part(node))
    : (node) => parts.some((part) => part(node))
}

function testOf(call: Call, field: string, operator: Operator, values: string[]): Matcher {
  const { site } = call
  const ids = new Set(values)
  switch (field) {
    case 'space':
    case 'space.key':
      return membership(operator, (node) => ids.has(node.space.key) || ids.has(node.space.alias))
    case 'space.id':
      return membership(operator, (node) => ids.has(String(node.space.id)))
    case 'space.type':
      return membership(operator, (node) => ids.has(node.space.type))
    case 'type':
      return membership(operator, (node) => ids.has(node.kind))
    case 'id':
    case 'content':
      return membership(operator, (node) => ids.has(String(node.id)))
    case 'label':
      return membership(operator, (node) => node.labels.some((label) => ids.has(label.name)))
    case 'parent':
      return membership(operator, (node) => ids.has(String(node.parent?.id)))
    case 'ancestor':
      return membership(operator, (node) => ancestorsOf(node).some((above) => ids.has(String(above.id))))
    case 'creator':
      return membership(operator, (node) => ids.has(node.author.accountId))
    case 'lastmodified':
      return comparison(call, operator, values, (node) => node.modifiedAt)
    case 'created':
      return comparison(call, operator, values, (node) => node.createdAt)
    case 'title':
      return operator === '~' || operator === '!~'
        ? wording(operator, values, (node) => titleOf(site, node))
        : membership(operator, (node) => ids.has(titleOf(site, node)))
    case 'text':
    case 'sitesearch':
      return wording(
        operator,
        values,
        (node) => `${titleOf(site, node)} ${storageOf(site, node).replaceAll(/<[^>]+>/g, ' ')}`,
      )
    default:
      throw unreadable(`No field exists with name: ${field}`)
  }
}

function membership(operator: Operator, holds: Matcher): Matcher {
  if (operator === '=' || operator === 'in') return holds
  if (operator === '!=' || operator === 'not in') return (node) => !holds(node)
  throw unreadable(`operator ${operator} does not fit this field`)
}

function comparison(call: Call, operator: Operator, values: string[], valueOf: (node: Node) => number): Matcher {
  const date = cqlDate(values[0] ?? '', call.user.timeZone ?? 'UTC', siteNow(call.site))
  const minute = (at: number) => Math.floor(at / 60_000)
  const wanted = minute(date)
  const isDay = /^\d{4}.\d{1,2}.\d{1,2}$/.test(values[0] ?? '')
  switch (operator) {
    case '>':
      return (node) => minute(valueOf(node)) > wanted
    case '>=':
      return (node) => minute(valueOf(node)) >= wanted
    case '<':
      return (node) => minute(valueOf(node)) < wanted
    case '<=':
      return (node) => minute(valueOf(node)) <= wanted
    case '=':
      return (node) => minute(valueOf(node)) >= wanted && minute(valueOf(node)) < wanted + (isDay ? 1440 : 1)
    default:
      throw unreadable(`operator ${operator} does not fit a date`)
  }
}

// By whole words, in any order, as the search index does; a trailing * opens a word's end.
function wording(operator: Operator, values: string[], textOf: (node: Node) => string): Matcher {
  const words = (values[0] ?? '')
    .toLowerCase()
    .split(/[^\p{L}\p{N}*]+/u)
    .filter((word) => word !== '')
  const holds = (node: Node) => {
    const found = new Set(
      textOf(node)
        .toLowerCase()
        .split(/[^\p{L}\p{N}]+/u),
    )
    return words.every((word) =>
      word.endsWith('*') ? [...found].some((one) => one.startsWith(word.slice(0, -1))) : found.has(word),
    )
  }
  return operator === '!~' ? (node) => !holds(node) : holds
}
