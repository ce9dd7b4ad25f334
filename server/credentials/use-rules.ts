/** Who may use a credential, from where and until when: everything about a use that can be told before there is a request. */
import type { Actor } from '#server/platform/actor.ts'
import { Problem } from '#server/platform/problem.ts'
import { expiryState } from './expiry.ts'
import { levelOf, type GrantRow } from './level.ts'
import { GLOBAL, INTEGRATIONS } from './scope.ts'
import type { CredentialRow } from './store.ts'

/** For what a credential is used: named in the audit record and under "last used". */
export type Purpose = { kind: 'workflow' | 'delivery' | 'integration' | 'test'; id: string; name: string }

/** `actor`: in whose name. `from`: the stored scope of what uses it, `global` or `space:<id of the space>`. */
export type Use = { actor: Actor; credentialId: string; from: string; purpose: Purpose }

/** `rule`: which one refused, as the audit record names it. */
export type Refusal = { rule: string; problem: Problem }

/** The first rule that refuses this use now. */
export function judgeUse(
  use: Use,
  row: CredentialRow | undefined,
  grants: readonly GrantRow[],
  now: Date,
): Refusal | undefined {
  const { actor, from } = use
  if (row === undefined) return { rule: 'exists', problem: notUsable(use) }
  const level = levelOf(actor, row, grants)
  const isForeign = row.scope === INTEGRATIONS.id || (row.scope !== GLOBAL.id && row.scope !== from)
  // Only who may use it somewhere hears that it exists.
  const isKnown = level !== undefined && row.scope !== INTEGRATIONS.id
  if (isForeign) return { rule: 'scope', problem: isKnown ? wrongScope(row, from) : notUsable(use) }
  if (actor.kind === 'system') return { rule: 'person', problem: nobody(row.name) }
  if (level === undefined) return { rule: 'permission', problem: notUsable(use) }
  return judgeExpiry(row, now)
}

/** Refuses a credential that is set to be blocked when it has expired. */
export function judgeExpiry(
  row: Pick<CredentialRow, 'name' | 'expires_at' | 'expiry_policy'>,
  now: Date,
): Refusal | undefined {
  if (row.expires_at === null || row.expiry_policy !== 'block') return undefined
  if (expiryState(now, row.expires_at) !== 'expired') return undefined
  const problem = new Problem(
    409,
    'credential-expired',
    `Credential "${row.name}" expired on ${row.expires_at.toISOString().slice(0, 10)} and is blocked since. ` +
      'Renew it, or change its expiry.',
  )
  return { rule: 'expiry', problem }
}

/** Whoever it ran for is no more, or may not sign in. */
export function personGone(name: string): Refusal {
  const problem = new Problem(
    403,
    'person-gone',
    `${name}, in whose name this runs, is disabled or deleted. Let it run in another person's name.`,
  )
  return { rule: 'person', problem }
}

/** Who lacks what, without a word on whether it is there. */
function notUsable({ actor, credentialId, purpose }: Use): Problem {
  const who = actor.kind === 'system' || purpose.kind === 'test' ? 'you' : actor.name
  return new Problem(
    404,
    'not-found',
    `Credential ${JSON.stringify(credentialId.slice(0, 100))} was deleted, or may not be used by ${who} or from here. ` +
      'Choose another one, or ask an admin of its scope for the permission "use".',
  )
}

function wrongScope(row: CredentialRow, from: string): Problem {
  const detail =
    from === GLOBAL.id
      ? `Credential "${row.name}" belongs to a space and may not be used globally. Choose a global one.`
      : `Credential "${row.name}" belongs to another space. Choose one of this space, or a global one.`
  return new Problem(403, 'wrong-scope', detail)
}

function nobody(name: string): Problem {
  return new Problem(
    403,
    'no-person',
    `Credential "${name}" is used in the name of a person only. Say in whose name this runs.`,
  )
}
