import type { By } from '#schema/credential.ts'
import type { PageStatus } from '#schema/page-status.ts'

type Change = PageStatus['history'][number]

export function nameOf(by: By | null): string {
  if (by === null || by.id === 'system') return 'Lockkeeper'
  return by.name ?? 'Somebody who is gone'
}

/** "Ada, Ben and Cleo". */
export function listed(names: readonly string[]): string {
  return new Intl.ListFormat('en-GB').format(names)
}

/** What happened, after the name of who did it where somebody did. */
export function changeWords({ reason, by, from, to, version }: Change): string {
  const who = nameOf(by)
  switch (reason) {
    case 'start':
      return `Began in ${to.name}`
    case 'edit':
      return `Went to ${to.name}, as the page was edited`
    case 'expiry':
      return `Went to ${to.name}, as its time in ${from?.name ?? 'its status'} had ended`
    case 'action':
      return `Was set to ${to.name} by a workflow`
    case 'change':
      return `Went to ${to.name}, as the workflow was changed`
    case 'approval':
      return `${who} approved version ${version}`
    case 'reject':
      return `${who} rejected version ${version}`
    default:
      return `${who} moved it ${from === null ? '' : `from ${from.name} `}to ${to.name}`
  }
}
