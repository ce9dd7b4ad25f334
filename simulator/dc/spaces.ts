import { json, type Answer, type Listing } from '../answer.ts'
import { listParam } from '../call.ts'
import { canSeeSpace } from '../users.ts'
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

function permissionsOf(space: Space) {
  const { key: spaceKey, id: spaceId } = space
  const entry = (targetType: string, operationKey: string, subject: Record<string, string>) => ({
    operation: { targetType, operationKey },
    subject,
    spaceKey,
    spaceId,
  })
  const owner = { type: 'user', userKey: space.owner.accountId }
  const everybody = { type: 'group', name: 'confluence-users' }
  return [
    entry('space', 'read', owner),
    entry('space', 'administer', owner),
    ...(space.type === 'personal' ? [] : [entry('space', 'read', everybody), entry('page', 'create', everybody)]),
  ]
}
