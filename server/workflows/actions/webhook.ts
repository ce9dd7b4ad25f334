/** A webhook's request with its values put in: what is sent, what a dry run shows and what is sent as a test. */
import { MAX_WEBHOOK_BODY } from '#schema/webhook.ts'
import type { WebhookAction } from '#schema/workflow.ts'
import type { DeliveryDraft } from '#server/deliveries/draft.ts'
import { newId } from '#server/platform/ids.ts'
import { Problem } from '#server/platform/problem.ts'
import type { Facts } from '../facts.ts'
import { personOf } from '../load-facts.ts'
import { findReferences, fillJson, fillText, fillUrl } from '../references.ts'
import type { Run } from './action.ts'

const DEFAULT_TIMEOUT_SECONDS = 15
/** More than most servers take (8 to 16 KB), in characters. */
const MAX_HEADERS = 32_768
const MAX_URL = 16_384

/** A Problem when no request can be made of these values, or nobody is left in whose name a credential could be used. */
export function draftWebhook(run: Run, actionId: string, action: WebhookAction): DeliveryDraft {
  const { workflow, event, page, runAs } = run
  const credentialId = action.type === 'authenticated-webhook' ? action.credentialId : null
  if (credentialId !== null && runAs === undefined) throw nobody(run)
  return {
    id: newId(),
    runId: run.id,
    actionId,
    eventId: event.id,
    workflow: { id: workflow.id, name: workflow.name },
    scope: workflow.scope,
    document: page === undefined ? null : { id: page.id, title: page.title, spaceId: page.space.id },
    spaceId: workflow.spaceId ?? page?.space.id ?? event.spaceId,
    credentialId,
    runAs: runAs === undefined ? null : { id: runAs.id, name: runAs.name },
    timeoutMs: (action.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS) * 1000,
    signing: action.signing ?? 'v1',
    ...fillRequest(action, run.facts),
  }
}

function fillRequest(action: WebhookAction, facts: Facts): Pick<DeliveryDraft, 'method' | 'url' | 'headers' | 'body'> {
  const body = bodyOf(action, facts)
  const size = body === null ? 0 : Buffer.byteLength(body)
  if (size > MAX_WEBHOOK_BODY)
    throw new Problem(
      422,
      'body-too-large',
      `With these values the body has ${size} bytes; at most ${MAX_WEBHOOK_BODY} are sent.`,
    )
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(action.headers ?? {})) {
    const filled = fillHeader(value, facts)
    if (filled !== '') headers[name] = filled
  }
  const headerBytes = Object.entries(headers).reduce((bytes, [name, value]) => bytes + name.length + value.length, 0)
  if (headerBytes > MAX_HEADERS) throw tooLong('headers', headerBytes, MAX_HEADERS)
  const url = fillUrl(action.url, facts)
  if (url.length > MAX_URL) throw tooLong('address', url.length, MAX_URL)
  const isTyped = Object.keys(headers).some((name) => name.toLowerCase() === 'content-type')
  if (body !== null && !isTyped)
    headers['content-type'] = action.text === undefined ? 'application/json' : 'text/plain; charset=utf-8'
  return { method: action.method ?? 'POST', url, headers, body }
}

function tooLong(what: string, size: number, most: number): Problem {
  const code = what === 'headers' ? 'headers-too-large' : 'url-too-long'
  return new Problem(
    422,
    code,
    `With these values the ${what} would have ${size} characters; at most ${most} are sent.`,
  )
}

function bodyOf({ body, text, method }: WebhookAction, facts: Facts): string | null {
  if (method === 'GET') return null
  if (text !== undefined) return fillText(text, facts)
  return body === undefined ? null : JSON.stringify(fillJson(body, facts))
}

/** Headers carry ASCII: other characters of what is put in are percent-encoded as UTF-8, and none can end the header. */
function fillHeader(value: string, facts: Facts): string {
  if (findReferences(value).length === 0) return fillText(value, facts)
  return fillText(value, facts)
    .trim()
    .toWellFormed()
    .replace(/[^ -~]+/g, (others) => encodeURIComponent(others))
}

function nobody({ workflow, event }: Run): Problem {
  const who =
    personOf(event) === null
      ? `“${workflow.name}” has no owner any more, so there is nobody in whose name its credential could be used. Give it an owner.`
      : `Whoever caused this was deleted meanwhile, so there is nobody in whose name the credential of “${workflow.name}” could be used.`
  return new Problem(403, 'person-gone', who)
}
