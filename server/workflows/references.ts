/**
 * `${name}` in webhooks, comments and notifications. Names are those of schema/workflow-reference.ts and no others; what is
 * put in is never read again. `$${` stands for `${` itself.
 */
import type { Json } from '#schema/webhook.ts'
import { hasReference, REFERENCES } from '#schema/workflow-reference.ts'
import type { Action, EventType } from '#schema/workflow.ts'
import { Problem } from '#server/platform/problem.ts'
import type { Facts } from './facts.ts'
import { valueOf, type Value } from './reference-values.ts'

/** `path`: where in the action it stands, such as `url` or `body.items.0.title`. */
export type Fault = { path: string; message: string }

/** The names that the text refers to, in their order, known or not. */
export function findReferences(text: string): string[] {
  return read(text).flatMap((part) => (part.kind === 'reference' ? [part.name] : []))
}

/** Everything in the action that refers to nothing, to what not all of these events have, or from where it may not. */
export function checkReferences(action: Action, events: readonly EventType[]): Fault[] {
  const judge = (path: string, text: string) => judgeText(text, events).map((message) => ({ path, message }))
  switch (action.type) {
    case 'webhook':
    case 'authenticated-webhook':
      return [
        ...judge('url', action.url),
        ...judgePlaces(action.url),
        ...(action.body === undefined ? [] : judgeJson('body', action.body, judge)),
        ...(action.text === undefined ? [] : judge('text', action.text)),
        ...judgeJson('headers', action.headers ?? {}, judge),
      ]
    case 'notify':
    case 'comment':
      return judge('text', action.text)
    case 'set-status':
    case 'add-label':
    case 'remove-label':
    case 'assign':
      return []
    default:
      throw new Error(`unknown action ${String(action satisfies never)}`)
  }
}

/** The value with references in its strings put in as values: a string that is one reference becomes what that stands for. */
export function fillJson(value: Json, facts: Facts): Json {
  if (typeof value === 'string') return fillString(value, facts)
  if (Array.isArray(value)) return value.map((item) => fillJson(item, facts))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, fillJson(item, facts)]))
}

/** The text with references put in; what is missing is empty, and several values are parted by commas. */
export function fillText(text: string, facts: Facts): string {
  return fill(text, (name) => shown(valueOf(name, facts), ', '))
}

/**
 * The address with references put in, each kept inside its part of path or query. A 422 Problem when because of a value a
 * part of the path would be empty or lead upwards (`..`), or when a reference stands where none may.
 */
export function fillUrl(url: string, facts: Facts): string {
  return fillParts(url, (name) => valueOf(name, facts))
}

/** The address with the example of every reference put in: what can be judged of it before anything has happened. */
export function exampleUrl(url: string): string {
  return fillParts(url, exampleOf)
}

/** The same for a text. */
export function exampleText(text: string): string {
  return fill(text, (name) => shown(exampleOf(name), ', '))
}

type Part = { kind: 'text' | 'broken'; text: string } | { kind: 'reference'; name: string }

const TOKEN = /\$\$\{|\$\{([A-Za-z][A-Za-z0-9.]{0,63})\}|\$\{[^{}\s]{0,40}\}?/g

function read(text: string): Part[] {
  const parts: Part[] = []
  let end = 0
  for (const { 0: token, 1: name, index } of text.matchAll(TOKEN)) {
    parts.push({ kind: 'text', text: text.slice(end, index) })
    end = index + token.length
    if (name !== undefined) parts.push({ kind: 'reference', name })
    else parts.push(token === '$${' ? { kind: 'text', text: '${' } : { kind: 'broken', text: token })
  }
  parts.push({ kind: 'text', text: text.slice(end) })
  return parts
}

function fill(text: string, valueFor: (name: string) => string): string {
  return read(text)
    .map((part) => (part.kind === 'reference' ? valueFor(part.name) : part.text))
    .join('')
}

function shown(value: Value, separator: string): string {
  if (value === null) return ''
  return typeof value === 'object' ? value.join(separator) : String(value)
}

function fillString(text: string, facts: Facts): Json {
  const only = /^\$\{([A-Za-z][A-Za-z0-9.]{0,63})\}$/.exec(text)?.[1]
  if (only === undefined) return fillText(text, facts)
  const value = valueOf(only, facts)
  return typeof value === 'object' && value !== null ? [...value] : value
}

/** Scheme and host; path; query and fragment. Undefined: it is no whole address. */
function split(url: string): { place: string; path: string; query: string; fragment: string } | undefined {
  const [, place, path = '', query = '', fragment = ''] =
    /^(https?:\/\/[^/?#\\]*)([^?#]*)(\?[^#]*)?(#[^]*)?$/i.exec(url) ?? []
  return place === undefined ? undefined : { place, path, query, fragment }
}

function fillParts(url: string, valueFor: (name: string) => Value): string {
  const [fault] = judgePlaces(url)
  const parts = split(url)
  if (fault !== undefined || parts === undefined) throw badUrl(fault?.message ?? NO_URL)
  const encoded = (text: string) => fill(text, (name) => encodeURIComponent(shown(valueFor(name), ',').toWellFormed()))
  const segments = parts.path.split('/').map((segment) => {
    const [name] = findReferences(segment)
    const filled = encoded(segment)
    if (name === undefined) return filled
    if (filled === '') throw badUrl(`\${${name}} is empty here, so a part of the address would be missing.`)
    if (/^(\.|%2e){1,2}$/i.test(filled)) throw badUrl(`With this value \${${name}} would lead to another address.`)
    return filled
  })
  return parts.place + segments.join('/') + encoded(parts.query) + parts.fragment
}

function exampleOf(name: string): Value {
  return REFERENCES.find((reference) => reference.name === name)?.example ?? 'example'
}

const NO_URL = 'Write a whole address that begins with https:// and names its host.'

function judgePlaces(url: string): Fault[] {
  const parts = split(url)
  if (parts === undefined) return [{ path: 'url', message: NO_URL }]
  if (!parts.place.includes('${') && !parts.fragment.includes('${')) return []
  return [{ path: 'url', message: 'References may stand in the path and the query of an address alone.' }]
}

function badUrl(detail: string): Problem {
  return new Problem(422, 'bad-url', detail)
}

function judgeText(text: string, events: readonly EventType[]): string[] {
  const messages = read(text).flatMap((part) => {
    if (part.kind === 'reference') return judgeName(part.name, events)
    if (part.kind === 'text') return []
    return [`${part.text} is no reference. For the characters \${ themselves write $\${.`]
  })
  return [...new Set(messages)]
}

function judgeName(name: string, events: readonly EventType[]): string[] {
  const reference = REFERENCES.find((known) => known.name === name)
  if (reference === undefined) return [unknownName(name)]
  const lacking = events.filter((event) => !hasReference(event, reference))
  return lacking.length === 0 ? [] : [`\${${name}} does not exist for ${lacking.join(', ')}.`]
}

function unknownName(name: string): string {
  const groupOf = (other: string) => other.split('.')[0]
  const names = REFERENCES.map((reference) => reference.name)
  const near = names.filter((other) => groupOf(other) === groupOf(name))
  const hint =
    near.length > 0
      ? `There are: ${near.join(', ')}.`
      : `References begin with: ${[...new Set(names.map(groupOf))].join(', ')}.`
  return `There is no reference \${${name}}. ${hint}`
}

function judgeJson(path: string, value: Json, judge: (path: string, text: string) => Fault[]): Fault[] {
  if (typeof value === 'string') return judge(path, value)
  if (value === null || typeof value !== 'object') return []
  if (Array.isArray(value)) return value.flatMap((item, index) => judgeJson(`${path}.${index}`, item, judge))
  return Object.entries(value).flatMap(([name, item]) => {
    const at = `${path}.${name}`
    const message = 'References may stand in values, not in names.'
    return [...(name.includes('${') ? [{ path: at, message }] : []), ...judgeJson(at, item, judge)]
  })
}
