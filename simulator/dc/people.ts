import { json, type Answer, type Listing } from '../answer.ts'
import { param } from '../call.ts'
import { findGroup, groupId, shownOf } from '../world/readers.ts'
import type { Account } from '../world/site.ts'
import { requireAdmin, type DcCall } from './call.ts'
import { expandOf, limitOf, offsetList } from './listing.ts'
import { groupJson, personJson } from './people-json.ts'
import { dcError, notFound } from './refusals.ts'
import { isSince } from './settings.ts'

export function currentUser(call: DcCall): Answer {
  const person = personJson(call, call.user.account)
  return json(200, { ...person, _links: { ...person._links, base: call.base, context: call.dc.contextPath } })
}

/** GET /user by `key` or `username`; `expand=status` tells whether the account is still in use. */
export function getUser(call: DcCall): Answer {
  const account = accountOf(call)
  const person = personJson(call, account)
  if (!expandOf(call).has('status')) return json(200, person)
  return json(200, { ...person, status: shownOf(account).active ? 'current' : 'deactivated', _expandable: {} })
}

export function listGroupsOfUser(call: DcCall): Listing {
  const items = accountOf(call).groups
  return offsetList(call, {
    items,
    limit: limitOf(call, 200, false),
    row: (name) => [JSON.stringify(groupJson(call, name))],
  })
}

/** GET /user/list: fails on servers older than 10.1, as theirs does. */
export function listUsers(call: DcCall): Listing | Answer {
  if (!isSince(call.dc, '10.1')) return dcError(500, 'An unexpected error occurred')
  return people(call, [...call.site.accounts.values()])
}

export function listGroups(call: DcCall): Listing {
  const items = groupsOf(call)
  return offsetList(call, {
    items,
    limit: limitOf(call, 200, false),
    row: (name) => [JSON.stringify(groupJson(call, name))],
  })
}

export function getGroup(call: DcCall): Answer {
  return json(200, groupJson(call, groupName(call)))
}

/** GET /group/{name}/member: for administrators alone. */
export function listMembers(call: DcCall): Listing {
  requireAdmin(call, 'The calling user does not have permission to view groups')
  const name = groupName(call)
  return people(
    call,
    [...call.site.accounts.values()].filter((account) => account.groups.includes(name)),
  )
}

export function serverInformation(call: DcCall): Answer {
  const [major = 0, minor = 0] = call.dc.version.split('.').map(Number)
  const buildNumber = major * 1000 + minor * 100 + 1
  const { version } = call.dc
  return json(200, {
    baseUrl: call.base,
    version,
    buildNumber,
    marketplaceBuildNumber: buildNumber,
    buildDate: '2025-06-30',
  })
}

function people(call: DcCall, items: readonly Account[]): Listing {
  return offsetList(call, {
    items,
    limit: limitOf(call, 200, false),
    row: (account) => [JSON.stringify(personJson(call, account))],
  })
}

function accountOf(call: DcCall): Account {
  const key = call.query.get('key')
  const username = call.query.get('username')
  const found = [...call.site.accounts.values()].find((one) => one.accountId === key || one.username === username)
  if (found === undefined) throw notFound(`No user found with key ${key ?? ''} or name ${username ?? ''}`)
  return found
}

function groupsOf(call: DcCall): string[] {
  return [...new Set([...call.site.accounts.values()].flatMap((account) => account.groups))].sort()
}

function groupName(call: DcCall): string {
  const name = param(call, 'groupName')
  if (findGroup(call.site, groupId(name)) === undefined) throw notFound(`No group found with name: ${name}`)
  return name
}
