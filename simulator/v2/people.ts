import { z } from 'zod'
import { json, type Answer } from '../answer.ts'
import { bodyOf, type Call } from '../call.ts'
import { canSee } from '../users.ts'
import { shownOf } from '../world/readers.ts'
import type { Account } from '../world/site.ts'

const Accounts = z.object({ accountIds: z.array(z.string()).max(250) })
const Ids = z.object({ contentIds: z.array(z.union([z.string(), z.number()]).transform(String)).max(100) })

/** E-mail addresses stay empty but of those who show theirs. */
export function usersBulk(call: Call): Answer {
  const { accountIds } = bodyOf(call, Accounts)
  const found = accountIds.flatMap((id) => call.site.accounts.get(id) ?? [])
  return json(200, { results: found.map(userJson), _links: { base: `${call.origin}/wiki` } })
}

export function convertIds(call: Call): Answer {
  const { contentIds } = bodyOf(call, Ids)
  return json(200, { results: Object.fromEntries(contentIds.map((id) => [id, typeOf(call, id)])) })
}

function userJson(account: Account) {
  const { accountId, name } = account
  const { email, active, guest } = shownOf(account)
  return {
    displayName: name,
    timeZone: null,
    personalSpaceId: null,
    isExternalCollaborator: guest,
    accountStatus: active ? 'active' : 'inactive',
    accountId,
    email: email ? account.email : '',
    accountType: 'atlassian',
    publicName: name,
    profilePicture: { path: `/wiki/aa-avatar/${accountId}`, isDefault: false },
  }
}

function typeOf(call: Call, id: string): string | null {
  const { site, user } = call
  const node = site.nodes.get(Number(id))
  if (node !== undefined) return canSee(user, node) ? node.kind : null
  const comment = site.comments.get(Number(id))
  if (comment !== undefined) return canSee(user, comment.page) ? `${comment.kind}-comment` : null
  return site.attachments.has(Number(id.replace(/^att/, ''))) ? 'attachment' : null
}
