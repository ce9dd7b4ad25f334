import type { Listing } from '../answer.ts'
import type { Call } from '../call.ts'
import { orderOf } from '../world/order.ts'
import { groupId, roleAssignments, spaceReaders, type SpacePrincipal } from '../world/readers.ts'
import type { Space } from '../world/site.ts'
import { getSpace } from './find.ts'
import { limitOf, v2Page } from './paging.ts'

/** What everybody is let do, so that a client has to pick the reading out. */
const OPERATIONS = [
  { key: 'read', targetType: 'space' },
  { key: 'create', targetType: 'page' },
  { key: 'create', targetType: 'comment' },
] as const

export function listSpacePermissions(call: Call): Listing {
  const space = getSpace(call)
  const owner: SpacePrincipal = { type: 'user', id: space.owner.accountId }
  const rows = [
    // Who may change pages is let read by another line, or not at all: this one alone says nothing of reading.
    { principal: idOf(owner), operation: { key: 'administer', targetType: 'space' } },
    ...spaceReaders(space).flatMap((one) => OPERATIONS.map((operation) => ({ principal: idOf(one), operation }))),
  ]
  return page(call, space, rows, 25)
}

export function listRoleAssignments(call: Call): Listing {
  const space = getSpace(call)
  const role = call.query.get('role-id')
  const rows = roleAssignments(space)
    .filter(([id]) => role === null || role === id)
    .map(([roleId, one]) => ({
      principal: { principalType: one.type.toUpperCase().replace('-', '_'), principalId: idOf(one).id },
      roleId,
    }))
  return page(call, space, rows, 25)
}

function idOf({ type, id }: SpacePrincipal): SpacePrincipal {
  return { type, id: type === 'group' ? groupId(id) : id }
}

function page(call: Call, space: Space, rows: readonly object[], standard: number): Listing {
  const numbered = rows.map((row, at) => ({ at, json: [JSON.stringify({ id: String(space.id + at), ...row })] }))
  return v2Page(call, {
    order: orderOf(numbered, ({ at }) => [at, at]),
    sort: 'id',
    descending: false,
    limit: limitOf(call, standard),
    keep: () => true,
    row: ({ json }) => json,
  })
}
