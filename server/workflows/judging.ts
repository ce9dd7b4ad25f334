import type { Scope } from '#server/credentials/scope.ts'
import type { EgressRules } from '#server/egress/guard.ts'
import type { Actor, Person } from '#server/platform/actor.ts'
import type { Referred } from './referred.ts'

/** What a definition is judged by. `saver` undefined: nobody saves it now. `owner` undefined: gone, or may not sign in. */
export type Judging = {
  scope: Pick<Scope, 'id' | 'spaceId'>
  saver: Actor | undefined
  owner: Person | undefined
  referred: Referred
  egress: EgressRules
  now: Date
}
