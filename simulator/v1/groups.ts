import { json, Refusal, v1NotFound, type Answer, type Listing } from '../answer.ts'
import { param, type Call } from '../call.ts'
import { findGroup } from '../world/readers.ts'
import { userV1 } from './content-json.ts'
import { limitV1, offsetListing } from './listing.ts'

export function getGroup(call: Call): Answer {
  const id = call.query.get('id') ?? ''
  const name = nameOf(call, id)
  return json(200, { type: 'group', name, id, _links: { self: `${call.origin}${call.path}` } })
}

/** Members in the order they came, whoever asks. */
export function listMembers(call: Call): Listing {
  const name = nameOf(call, param(call, 'groupId'))
  const members = [...call.site.accounts.values()].filter((account) => account.groups.includes(name))
  return offsetListing(call, members, limitV1(call, 200, 200), (account) => [JSON.stringify(userV1(call, account))])
}

function nameOf(call: Call, id: string): string {
  const name = findGroup(call.site, id)
  if (name === undefined) throw new Refusal(v1NotFound(id))
  return name
}
