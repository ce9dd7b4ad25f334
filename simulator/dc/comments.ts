import type { Listing } from '../answer.ts'
import type { Comment } from '../world/site.ts'
import { listParam } from '../call.ts'
import type { DcCall } from './call.ts'
import { findComment, getNode } from './find.ts'
import { param } from '../call.ts'
import { expandOf, hasBody, limitOf, offsetList } from './listing.ts'
import { commentRow } from './parts-json.ts'

/** GET …/child/comment of a page, oldest first: those that answer none, or with `depth=all` every one of them. */
export function listComments(call: DcCall): Listing {
  const thread = findComment(call, param(call, 'id'))
  const page = thread?.page ?? getNode(call)
  const all = call.query.get('depth') === 'all'
  const places = new Set(listParam(call, 'location'))
  const items = [...call.site.comments.values()].filter(
    (one) =>
      one.page === page &&
      one.status === 'current' &&
      (all ? thread === undefined || isBelow(one, thread) : one.parent === thread) &&
      (places.size === 0 || places.has(placeOf(one))),
  )
  const expand = expandOf(call)
  return offsetList(call, {
    items,
    limit: limitOf(call, 25, hasBody(expand)),
    row: (comment) => commentRow(call, comment, expand),
  })
}

function isBelow(comment: Comment, thread: Comment): boolean {
  for (let at = comment.parent; at !== undefined; at = at.parent) if (at === thread) return true
  return false
}

function placeOf({ kind, resolved }: Comment): string {
  return resolved ? 'resolved' : kind
}
