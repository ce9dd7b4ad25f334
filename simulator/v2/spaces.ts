import { json, type Answer, type Listing } from '../answer.ts'
import { listParam, type Call } from '../call.ts'
import { canSeeSpace } from '../users.ts'
import { orderOf } from '../world/order.ts'
import { isoTime, type Space } from '../world/site.ts'
import { limitOf, sortOf, v2Page } from './paging.ts'
import { getSpace } from './find.ts'

export function listSpaces(call: Call): Listing {
  const { sort, descending } = sortOf(call, ['id', 'key', 'name'], 'id')
  const order = orderOf(call.site.spaces.values(), (space) => [sort === 'id' ? space.id : space[sort], space.id])
  const ids = new Set(listParam(call, 'ids'))
  const keys = new Set(listParam(call, 'keys'))
  const type = call.query.get('type')
  const status = call.query.get('status')
  const keep = (space: Space) =>
    (ids.size === 0 || ids.has(String(space.id))) &&
    (keys.size === 0 || keys.has(space.key)) &&
    (type === null || space.type === type) &&
    (status === null || space.status === status) &&
    canSeeSpace(call.user, space)
  return v2Page(call, {
    order,
    sort,
    descending,
    limit: limitOf(call),
    keep,
    row: (space) => [JSON.stringify(spaceJson(call, space))],
  })
}

export function getOneSpace(call: Call): Answer {
  const space = getSpace(call)
  return json(200, {
    ...spaceJson(call, space),
    _links: { webui: `/spaces/${space.alias}`, base: `${call.origin}/wiki` },
  })
}

function spaceJson(call: Call, space: Space) {
  const format = call.query.get('description-format')
  const described = format === null ? null : { [format]: { representation: format, value: space.description } }
  return {
    spaceOwnerId: space.owner.accountId,
    homepageId: space.homepage === undefined ? null : String(space.homepage.id),
    createdAt: isoTime(space.createdAt),
    authorId: space.owner.accountId,
    icon: null,
    name: space.name,
    key: space.key,
    id: String(space.id),
    type: space.type,
    description: described,
    status: space.status,
    _links: { webui: `/spaces/${space.alias}` },
    currentActiveAlias: space.alias,
  }
}
