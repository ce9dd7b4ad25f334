import { json, type Answer, type Listing } from '../answer.ts'
import { listParam } from '../call.ts'
import { canSeeSpace } from '../users.ts'
import { spaceReaders, type SpacePrincipal } from '../world/readers.ts'
import type { Space } from '../world/site.ts'
import { isAdmin, type DcCall } from './call.ts'
import { getSpaceOf } from './find.ts'
import { expandOf, limitOf, offsetList } from './listing.ts'
import { dcError } from './refusals.ts'
import { spaceJson } from './space-json.ts'

export function listSpaces(call: DcCall): Listing {
  const keys = new Set([...listParam(call, 'spaceKey'), ...listParam(call, 'spaceKeys')])
  const ids = new Set(listParam(call, 'spaceIds'))
  const type = call.query.get('type')
  const status = call.query.get('status')
  const expand = expandOf(call)
  const items = [...call.site.spaces.values()].filter(
    (space) =>
      (keys.size === 0 || keys.has(space.key)) &&
      (ids.size === 0 || ids.has(String(space.id))) &&
      (type === null || space.type === type) &&
      (status === null || space.status === status) &&
      canSeeSpace(call.user, space),
  )
  return offsetList(call, {
    items,
    limit: limitOf(call, 25, false),
    row: (space) => [JSON.stringify(spaceJson(call, space, expand))],
  })
}

export function getSpace(call: DcCall): Answer {
  return json(200, spaceJson(call, getSpaceOf(call), expandOf(call)))
}

/** One entry a subject and operation; people by their user key alone. Only administrators of the space or the site may ask. */
export function listPermissions(call: DcCall): Answer {
  const space = getSpaceOf(call)
  const refused = call.dc.permissionsForOthers
  if (refused !== 200 && !isAdmin(call.user) && space.owner.accountId !== call.user.account.accountId)
    return dcError(
      refused,
      refused === 403 ? 'Not permitted to view space permissions' : 'An unexpected error occurred',
    )
  return json(200, permissionsOf(space))
}

// Who administers a space is let read by another line, or not at all: this one alone says nothing of reading.
function permissionsOf(space: Space) {
  const owner = { type: 'user', userKey: space.owner.accountId }
  const rows = spaceReaders(space).flatMap((reader) => {
    const subject = subjectOf(reader)
    return subject === undefined
      ? []
      : [
          { subject, targetType: 'space', operationKey: 'read' },
          { subject, targetType: 'page', operationKey: 'create' },
        ]
  })
  return [{ subject: owner, targetType: 'space', operationKey: 'administer' }, ...rows].map(
    ({ subject, targetType, operationKey }) => ({
      operation: { targetType, operationKey },
      subject,
      spaceKey: space.key,
      spaceId: space.id,
    }),
  )
}

// There are no roles, and whoever has a licence is a group.
function subjectOf({ type, id }: SpacePrincipal): Record<string, string> | undefined {
  if (type === 'user') return { type: 'user', userKey: id }
  if (type === 'group') return { type: 'group', name: id }
  if (type === 'role') return undefined
  return id === 'ALL_LICENSED_USERS' ? { type: 'group', name: 'confluence-users' } : { type: 'anonymous' }
}
