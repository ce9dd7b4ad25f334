import { z } from 'zod'
import { finishListing, json, type Answer, type Listing } from '../answer.ts'
import { bodyOf, type Call } from '../call.ts'
import { seededUuid } from '../world/random.ts'
import type { Node, Restrictions } from '../world/site.ts'
import { getContentNode, getEditableNode } from './content.ts'
import { limitV1, offsetListing } from './listing.ts'
import { restrictionsOf } from './restriction-json.ts'

const Principals = z.object({
  user: z.array(z.object({ accountId: z.string() })).default([]),
  group: z.array(z.object({ name: z.string() })).default([]),
})
const One = z.object({ operation: z.enum(['read', 'update']), restrictions: Principals })
const Wanted = z.union([z.array(One), z.object({ results: z.array(One) }).transform((body) => body.results)])

export function listRestrictions(call: Call): Listing {
  return listing(call, getContentNode(call))
}

export function restrictionsByOperation(call: Call): Answer {
  return json(200, restrictionsOf(call, getContentNode(call)))
}

export function readRestriction(call: Call): Answer {
  return json(200, restrictionsOf(call, getContentNode(call)).read)
}

/** PUT replaces every restriction of the content. */
export function replaceRestrictions(call: Call): Answer {
  const node = getEditableNode(call)
  const restrictions: Restrictions = {}
  for (const { operation, restrictions: given } of bodyOf(call, Wanted)) {
    restrictions[operation] = {
      users: given.user.map((user) => user.accountId),
      groups: given.group.map((group) => group.name),
    }
  }
  node.restrictions = restrictions
  return finishListing(listing(call, node))
}

export function clearRestrictions(call: Call): Answer {
  const node = getEditableNode(call)
  node.restrictions = undefined
  return finishListing(listing(call, node))
}

function listing(call: Call, node: Node): Listing {
  const { read, update } = restrictionsOf(call, node)
  const hash = seededUuid(node.id, JSON.stringify(node.restrictions ?? {}).length)
  return offsetListing(call, [read, update], limitV1(call, 100, 100), (one) => [JSON.stringify(one)], {
    restrictionsHash: hash,
  })
}
