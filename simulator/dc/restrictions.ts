import { z } from 'zod'
import { finishListing, json, type Answer } from '../answer.ts'
import { param } from '../call.ts'
import { canEdit } from '../users.ts'
import type { Account, Node, Principals, Restrictions } from '../world/site.ts'
import { bodyOf, type DcCall } from './call.ts'
import { getEditable, getNode } from './find.ts'
import { expandOf, limitOf, offsetList } from './listing.ts'
import { invalid, notFound } from './refusals.ts'
import { operationJson } from './restriction-json.ts'

const Person = z.object({ username: z.string().optional(), userKey: z.string().optional() })
const One = z.object({
  operation: z.enum(['read', 'update']),
  restrictions: z.object({
    user: z.array(Person).optional(),
    group: z.array(z.object({ name: z.string() })).optional(),
  }),
})

const both = ['user', 'group'] as const

/** GET …/restriction/byOperation: people and groups come with `restrictions.user` and `restrictions.group`; both when nothing is said. */
export function restrictionsByOperation(call: DcCall): Answer {
  const node = getNode(call)
  const names = namesIn(call)
  return json(200, {
    read: operationJson(call, node, 'read', names),
    update: operationJson(call, node, 'update', names),
    _links: { self: `${call.base}${call.path}`, base: call.base, context: call.dc.contextPath },
  })
}

export function restrictionsOfOperation(call: DcCall): Answer {
  const operation = param(call, 'operationKey')
  if (operation !== 'read' && operation !== 'update') throw notFound(`No operation with key: ${operation}`)
  return json(200, operationJson(call, getNode(call), operation, namesIn(call)))
}

/** PUT replaces what it names: an operation, or of one the users or the groups, that is missing stays. */
export function replaceRestrictions(call: DcCall): Answer {
  const node = getEditable(call)
  const changed: Restrictions = { ...node.restrictions }
  for (const { operation, restrictions } of bodyOf(call, z.array(One))) {
    const before = changed[operation] ?? { users: [], groups: [] }
    changed[operation] = {
      users: restrictions.user?.map((person) => accountOf(call, person).accountId) ?? before.users,
      groups: restrictions.group?.map((group) => group.name) ?? before.groups,
    }
  }
  if (!canEdit(call.user, { ...node, restrictions: changed }))
    throw invalid('A restriction may not shut out the one who sets it')
  node.restrictions = isEmpty(changed) ? undefined : changed
  return finishListing(
    offsetList(call, {
      items: ['read', 'update'] as const,
      limit: limitOf(call, 100, false),
      row: (operation) => [JSON.stringify(operationJson(call, node, operation, both))],
    }),
  )
}

function namesIn(call: DcCall): readonly ('user' | 'group')[] {
  const expand = expandOf(call, 'restrictions.user,restrictions.group')
  return both.filter((name) => expand.has(name) || expand.has(`restrictions.${name}`))
}

function accountOf(call: DcCall, { username, userKey }: z.infer<typeof Person>): Account {
  const found = [...call.site.accounts.values()].find((one) => one.accountId === userKey || one.username === username)
  if (found === undefined) throw invalid(`No user found with key ${userKey ?? ''} or name ${username ?? ''}`)
  return found
}

function isEmpty({ read, update }: NonNullable<Node['restrictions']>): boolean {
  const none = (one: Principals | undefined) => one === undefined || one.users.length + one.groups.length === 0
  return none(read) && none(update)
}
