/** Judges a webhook: address, headers, body, and whether its credential may go there in the name of whoever it runs for. Pure. */
import { MAX_WEBHOOK_BODY } from '#schema/webhook.ts'
import type { Definition, EventType, Trigger, WebhookAction } from '#schema/workflow.ts'
import { isGrantedTo, mayUse, refuseExpired, refusePick, refusePlace, type Pickable } from '#server/credentials/pick.ts'
import { judgeUrl } from '#server/egress/guard.ts'
import { judgeHeader } from '#server/egress/header.ts'
import { Problem } from '#server/platform/problem.ts'
import type { Judging } from './judging.ts'
import { fault, findTwice, warning, type Finding } from './findings.ts'
import { eventsOf } from './match.ts'
import { exampleText, exampleUrl } from './references.ts'
import { DEFAULT_WHO } from './who.ts'

const MAX_HEADERS = 50

export function judgeWebhook(
  definition: Definition,
  trigger: Trigger,
  action: WebhookAction,
  at: string,
  judging: Judging,
): Finding[] {
  const credential =
    action.type === 'authenticated-webhook' ? judging.referred.credentials.get(action.credentialId) : undefined
  const url = readExample(action.url)
  return [
    ...(url === undefined ? [] : judgeAddress(url, `${at}.url`, judging)),
    ...(action.type === 'webhook'
      ? []
      : judgeCredential(definition, trigger, { id: action.credentialId, credential, url, at }, judging)),
    ...judgeHeaders(action, credential, at),
    ...judgeBody(action, at),
  ]
}

/** Undefined: there is a fault in its references, which is told by those who judge them. */
function readExample(url: string): string | undefined {
  try {
    return exampleUrl(url)
  } catch (error) {
    if (error instanceof Problem) return undefined
    throw error
  }
}

function judgeAddress(url: string, path: string, { egress }: Judging): Finding[] {
  const verdict = judgeUrl(url, egress)
  return verdict.allowed ? [] : [fault(path, verdict.reason)]
}

type Sent = { id: string; credential: Pickable | undefined; url: string | undefined; at: string }

function judgeCredential(definition: Definition, trigger: Trigger, sent: Sent, judging: Judging): Finding[] {
  const { credential, url, at } = sent
  const path = `${at}.credentialId`
  const refusal = refusePick(credential, { from: judging.scope.id, picker: judging.saver })
  if (refusal !== undefined) return [fault(path, refusal)]
  if (credential === undefined) return []
  const place = url === undefined ? undefined : refusePlace(credential, url)
  const expired = refuseExpired(credential, judging.now)
  return [
    ...(place === undefined ? [] : [fault(`${at}.url`, place)]),
    ...(expired === undefined ? [] : [warning(path, expired)]),
    ...judgeOwner(credential, path, judging),
    ...judgePeople(definition, trigger, credential, path),
  ]
}

function judgeOwner(credential: Pickable, path: string, { owner }: Judging): Finding[] {
  if (owner === undefined) {
    const message =
      'The owner of this workflow was deleted or disabled: what no person causes is refused. Choose an owner.'
    return [warning(path, message)]
  }
  if (mayUse(credential, owner)) return []
  const message = `${owner.name}, the owner of this workflow, lacks the permission "use" for "${credential.name}".`
  return [warning(path, `${message} What no person causes would be refused.`)]
}

const BY_PEOPLE: readonly EventType[] = ['status.changed', 'page.approved', 'page.rejected']

/** Steps run in the name of whoever takes them: each of those needs `use` when it is sent. */
function judgePeople(definition: Definition, trigger: Trigger, credential: Pickable, path: string): Finding[] {
  if (!eventsOf(trigger).some((event) => BY_PEOPLE.includes(event))) return []
  const who = new Set((definition.transitions ?? []).flatMap((transition) => transition.who ?? DEFAULT_WHO))
  const lacking = [...who].filter((principal) => !isCovered(credential, principal))
  if (lacking.length === 0) return []
  const message = `Not everybody who may take a step (${lacking.slice(0, 5).join(', ')}) has the permission "use" for "${credential.name}".`
  return [warning(path, `${message} In the name of those who lack it, it is refused.`)]
}

/** Admins of a space may use all of its credentials; of others than those who are granted it nothing can be told here. */
function isCovered(credential: Pickable, principal: string): boolean {
  return (principal === 'space:admin' && credential.space_id !== null) || isGrantedTo(credential, principal)
}

function judgeHeaders({ headers = {} }: WebhookAction, credential: Pickable | undefined, at: string): Finding[] {
  const names = Object.keys(headers)
  return [
    ...(names.length <= MAX_HEADERS ? [] : [fault(`${at}.headers`, `Use at most ${MAX_HEADERS} headers.`)]),
    ...findTwice(
      names.map((name) => ({ path: `${at}.headers.${name}`, key: name.toLowerCase() })),
      (name) => `The header ${name} is named twice.`,
    ),
    ...Object.entries(headers).flatMap(([name, value]) => judgeOne(name, value, credential, `${at}.headers.${name}`)),
  ]
}

const SECRET_HEADERS = new Set(['authorization', 'cookie', 'x-api-key', 'api-key', 'x-auth-token'])

function judgeOne(name: string, value: string, credential: Pickable | undefined, path: string): Finding[] {
  const small = name.toLowerCase()
  const verdict = judgeHeader(name, asSent(value))
  if (!verdict.allowed) return [fault(path, verdict.reason)]
  if (small.startsWith('webhook-')) return [fault(path, 'Headers that begin with webhook- belong to the signature.')]
  if (credential !== undefined && small === credential.header)
    return [fault(path, `"${credential.name}" is sent in this header.`)]
  if (credential !== undefined && small === 'authorization')
    return [fault(path, 'Beside a credential no Authorization can be set.')]
  if (!SECRET_HEADERS.has(small)) return []
  return [warning(path, 'Whoever may see this workflow can read this value. Keep a secret as a credential instead.')]
}

/** As the values put in would be sent, with characters that headers cannot carry encoded. */
function asSent(value: string): string {
  return value.includes('${') ? exampleText(value) : value
}

function judgeBody({ method, body, text }: WebhookAction, at: string): Finding[] {
  const given = body === undefined ? 'text' : 'body'
  if (body === undefined && text === undefined) return []
  if (body !== undefined && text !== undefined)
    return [fault(`${at}.text`, 'Give either a body (JSON) or a text, not both.')]
  if (method === 'GET') return [fault(`${at}.${given}`, 'A GET request carries no body.')]
  const bytes = Buffer.byteLength(text ?? JSON.stringify(body))
  if (bytes <= MAX_WEBHOOK_BODY) return []
  return [fault(`${at}.${given}`, `It has ${bytes} bytes; at most ${MAX_WEBHOOK_BODY} are sent.`)]
}
