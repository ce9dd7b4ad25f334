import type { OutgoingHttpHeaders } from 'node:http'
import { z } from 'zod'
import { html, json, type Answer, type Listing } from './answer.ts'
import type { Forms } from './front.ts'
import { writeCursor, readCursor } from './v2/paging.ts'

/** What can go wrong on demand. */
const FaultKind = z.enum([
  '429',
  'status',
  'html-error',
  'login-page',
  'websudo-page',
  'login-redirect',
  'error-envelope',
  'cut',
  'cut-mid-body',
  'truncated-json',
  'hang',
  'slow-drip',
  'repeat-cursor',
  'early-end',
  'empty-page-with-next',
  'short-page',
  'foreign-next',
  'cursor-expired',
  'unsorted',
])

/** `path` is a regular expression (or its source) over the path with its query, gateway prefix removed. */
export const Fault = z.object({
  kind: FaultKind,
  match: z
    .object({
      method: z.string().optional(),
      path: z.union([z.string(), z.instanceof(RegExp)]).optional(),
      /** So many matching requests pass first. */
      afterRequests: z.number().int().optional(),
      /** How often it strikes; without: until faults are cleared. */
      times: z.number().int().optional(),
    })
    .default({}),
  status: z.number().int().optional(),
  /** The header's very text; null leaves it out. */
  retryAfter: z.string().nullable().optional(),
  headers: z.record(z.string(), z.string()).optional(),
})
export type Fault = z.input<typeof Fault>

export type SetFault = z.infer<typeof Fault> & { seen: number; struck: number; pattern: RegExp }

export function readFault(fault: Fault): SetFault {
  const parsed = Fault.parse(fault)
  return { ...parsed, seen: 0, struck: 0, pattern: new RegExp(parsed.match.path ?? '') }
}

/** The first set fault that strikes this request; counts it. */
export function strike(faults: readonly SetFault[], method: string, path: string): SetFault | undefined {
  return faults.find((fault) => {
    const { match } = fault
    if (match.method !== undefined && match.method.toUpperCase() !== method) return false
    if (!fault.pattern.test(path)) return false
    fault.seen += 1
    if (fault.seen <= (match.afterRequests ?? 0) || fault.struck >= (match.times ?? Infinity)) return false
    fault.struck += 1
    return true
  })
}

/** The answer that a fault gives in place of the real one; undefined for faults that bend the real one. */
export function faultAnswer(fault: SetFault, path: string, forms: Forms): Answer | undefined {
  const headers = { ...retryAfterOf(fault), ...fault.headers }
  const withHeaders = (answer: Answer): Answer => ({ ...answer, headers: { ...answer.headers, ...headers } })
  switch (fault.kind) {
    case '429':
      return withHeaders(forms.limited(fault))
    case 'status':
      return withHeaders(forms.failed(fault.status ?? 500, path))
    case 'html-error':
      return withHeaders(
        html(
          fault.status ?? 502,
          `<html><head><title>${fault.status ?? 502} Bad Gateway</title></head><body><center><h1>Bad Gateway</h1></center></body></html>`,
        ),
      )
    case 'login-page':
      return withHeaders(html(200, forms.loginPage))
    case 'websudo-page':
      return withHeaders(html(200, websudoPage))
    case 'login-redirect':
      return withHeaders({ status: 302, headers: { location: forms.loginUrl }, body: '' })
    case 'error-envelope':
      return withHeaders(json(200, { statusCode: 500, message: 'Internal error', error: 'upstream request failed' }))
    case 'cursor-expired':
      return path.includes('cursor=') ? withHeaders(forms.badCursor()) : undefined
    default:
      return undefined
  }
}

/** Bends a list: its rows, its next token or its next link. */
export function bendListing(fault: SetFault | undefined, listing: Listing, query: URLSearchParams): Listing {
  switch (fault?.kind) {
    case 'early-end':
      return { ...listing, next: undefined }
    case 'repeat-cursor':
      return { ...listing, next: query.get('cursor') ?? query.get('start') ?? listing.next }
    case 'foreign-next':
      return { ...listing, nextHref: (token) => `https://attacker.example${listing.nextHref(token)}` }
    case 'unsorted':
      return { ...listing, rows: listing.rows.toReversed() }
    case 'empty-page-with-next':
      return {
        ...listing,
        rows: [],
        next: listing.here?.(fault.struck) ?? samePlace(query, fault.struck) ?? listing.next,
      }
    default:
      return listing
  }
}

/** How many rows a short page carries. */
export const shortPageRows = 3

// The same place in the list under another name: nothing is lost, and the cursor differs from the one before.
function samePlace(query: URLSearchParams, nonce: number): string | undefined {
  const cursor = query.get('cursor')
  if (cursor === null) return query.get('start') ?? writeCursor({ sort: query.get('sort') ?? 'id', nonce })
  const place = readCursor(cursor)
  return place === undefined ? undefined : writeCursor({ ...place, nonce })
}

function retryAfterOf(fault: SetFault): OutgoingHttpHeaders {
  const text = fault.retryAfter === undefined && fault.kind === '429' ? '1' : fault.retryAfter
  return text === null || text === undefined ? {} : { 'retry-after': text }
}

const websudoPage =
  '<!doctype html><html lang="en"><head><title>Administrator Access - Confluence</title></head><body><h1>Administrator Access</h1><form name="authenticateform" method="post" action="/doauthenticate.action"><input name="password" type="password" /><button>Confirm</button></form></body></html>'
