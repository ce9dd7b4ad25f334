/** One sentence about why somebody reads a document or does not. */
import type { DocumentAccess } from '#schema/read-access.ts'

type Facts = Omit<DocumentAccess, 'because'> & { isDisabled: boolean; spaceName: string }

export function explainAccess(facts: Facts): string {
  const { user, isDisabled, isPlatformAdmin, mode, role, spaceName, accounts, readable } = facts
  const space = `the space “${spaceName}”`
  if (isDisabled) return `${user.name} is disabled and cannot sign in.`
  if (isPlatformAdmin) return `${user.name} is a platform admin: admins read everything.`
  if (mode !== 'confluence')
    return role === null
      ? `${user.name} is not a member of ${space}, and only members read what is in it.`
      : `${user.name} has the role ${role} in ${space}, and its members read everything in it.`
  if (!readable && accounts.length === 0)
    return `${user.name} has no Confluence account that is known here: none shows the address ${user.email}, and no admin has linked one.`
  return readable ? whyOpen(facts) : whyShut(facts)
}

function whyOpen({ user, locks, spaceName, accounts }: Facts): string {
  const restricted = locks.filter((lock) => lock.on === 'document')
  const who = accounts.length === 0 ? 'Everybody' : `${user.name}, in Confluence ${accounts[0]?.name ?? ''},`
  if (restricted.length === 0)
    return `${who} may read the space “${spaceName}”, and nothing here is restricted further.`
  const titles = restricted.map((lock) => `“${lock.title}”`).join(', ')
  return `${who} may read the space “${spaceName}” and is among those whom the restrictions of ${titles} let in.`
}

function whyShut({ user, locks }: Facts): string {
  const shut = locks.find((lock) => !lock.opens)
  if (shut === undefined) return `${user.name} cannot read it: what it hangs on is being read anew.`
  if (shut.failed !== null)
    return `Only admins read it for now: Confluence did not tell who may read ${shut.on === 'unknown' ? 'it' : `“${shut.title}”`} (${shut.failed.replace(/\.$/, '')}).`
  return shut.on === 'space'
    ? `${user.name} may not read the space “${shut.title}” in Confluence.`
    : `${user.name} is not among those to whom “${shut.title}” is restricted in Confluence.`
}
