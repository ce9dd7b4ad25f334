import type { OutgoingHttpHeaders } from 'node:http'

/*
 * What the simulator answers. Error bodies follow recorded answers of real sites: the two API generations differ,
 * and the gateway in front of them has a third form.
 */
export type Answer = {
  status: number
  headers?: OutgoingHttpHeaders
  body: Buffer | string
  /** Called when the bytes are sent: gives their memory back. */
  release?: () => void
}
export type Piece = Buffer | string

/** A list before it is put into bytes, so that a fault can still cut its rows or bend its next link. */
export type Listing = {
  rows: Piece[][]
  /** The token of the next page: a cursor, or a start for old lists. */
  next: string | undefined
  nextHref: (token: string) => string
  /** A token of this very place in the list that differs from any before; without: the generation's own cursors. */
  here?: (nonce: number) => string
  envelope: (
    size: number,
    nextHref: string | undefined,
  ) => { head: string; tail: string; headers?: OutgoingHttpHeaders }
}

/** Ends a call early with an error answer. */
export class Refusal extends Error {
  readonly answer: Answer
  constructor(answer: Answer) {
    super(`refused with ${answer.status}`)
    this.answer = answer
  }
}

export function json(status: number, value: unknown, headers: OutgoingHttpHeaders = {}): Answer {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(value) }
}

export function html(status: number, body: string): Answer {
  return { status, headers: { 'content-type': 'text/html;charset=UTF-8' }, body }
}

export function noContent(): Answer {
  return { status: 204, body: '' }
}

/** The error body of /wiki/api/v2. */
export function v2Error(status: number, code: string, title: string, detail: string | null = null): Answer {
  return json(status, { errors: [{ status, code, title, detail }] })
}

/** The masked "not found" of v2: also what a bad credential gets. */
export function v2NotFound(title = 'Not Found'): Answer {
  return v2Error(404, 'NOT_FOUND', title)
}

export function v2Invalid(title: string, detail: string | null = null): Answer {
  return v2Error(400, 'INVALID_REQUEST_PARAMETER', title, detail)
}

/** The error body of /wiki/rest/api; `exception` is the class name that real sites leak. */
export function v1Error(status: number, exception: string, message: string, authorized = true): Answer {
  const state = { authorized, valid: status !== 404, errors: [], successful: status === 400 }
  return json(status, {
    statusCode: status,
    data: state,
    message: `com.atlassian.confluence.api.service.exceptions.${exception}: ${message}`,
  })
}

export function v1NotFound(id: string): Answer {
  const translation = `No content found with id: ContentId{id=${id}}`
  return json(404, {
    statusCode: 404,
    data: {
      authorized: false,
      valid: true,
      errors: [{ message: { key: '', args: [], translation } }],
      successful: false,
    },
    message: `com.atlassian.confluence.api.service.exceptions.api.NotFoundException: ${translation}`,
  })
}

export function v1Invalid(message: string): Answer {
  return v1Error(400, 'api.BadRequestException', message)
}

export function v1CallerRefused(): Answer {
  return json(403, {
    statusCode: 403,
    message:
      'com.atlassian.confluence.mvc.rest.common.exception.StacklessResponseStatusException: 403 FORBIDDEN "Request rejected because caller cannot access Confluence"',
  })
}

export function gatewayError(status: number, message: string): Answer {
  return json(status, { code: status, message })
}

export const scopeMismatch = 'Unauthorized; scope does not match'

export function finishListing({ rows, next, nextHref, envelope }: Listing): Answer {
  const { head, tail, headers } = envelope(rows.length, next === undefined ? undefined : nextHref(next))
  const pieces: Piece[] = [head]
  for (const [at, row] of rows.entries()) {
    if (at > 0) pieces.push(',')
    for (const piece of row) pieces.push(piece)
  }
  pieces.push(tail)
  const { bytes, release } = joined(pieces)
  return { status: 200, headers: { 'content-type': 'application/json', ...headers }, body: bytes, release }
}

const slabBytes = 4 * 1024 * 1024
const idleSlabs: Buffer[] = []

// Fresh 2 MB buffers for every answer drove the process to 450 MB at 100,000 pages; lent ones keep it near its idle size.
function joined(pieces: readonly Piece[]): { bytes: Buffer; release: () => void } {
  const atMost = pieces.reduce((sum, piece) => sum + (typeof piece === 'string' ? 3 : 1) * piece.length, 0)
  const lent = atMost <= slabBytes
  const slab = lent ? (idleSlabs.pop() ?? Buffer.allocUnsafeSlow(slabBytes)) : Buffer.allocUnsafeSlow(atMost)
  let at = 0
  for (const piece of pieces) at += typeof piece === 'string' ? slab.write(piece, at) : piece.copy(slab, at)
  return { bytes: slab.subarray(0, at), release: () => void (lent && idleSlabs.push(slab)) }
}
