/** In whose name a workflow runs when no person caused the event. */
import { findPerson } from '#server/access/actor.ts'
import type { App } from '#server/app.ts'
import type { Actor } from '#server/platform/actor.ts'
import { forbidden, Problem } from '#server/platform/problem.ts'

/**
 * The owner after a change: `asked`, or as it was. An admin of the scope may make himself the owner, a platform admin
 * anybody who may sign in; otherwise a 403 or 422 Problem.
 */
export async function chooseOwner(
  app: Pick<App, 'db'>,
  actor: Actor,
  present: string | null,
  asked: string | undefined,
): Promise<string | null> {
  if (asked === undefined || asked === present || asked === actor.id) return asked ?? present
  if (actor.kind === 'user' && actor.role !== 'admin')
    throw forbidden('You may make yourself the owner. Only a platform admin may choose somebody else.')
  if ((await findPerson(app, asked)) !== undefined) return asked
  const message = 'There is nobody with this id who may sign in.'
  throw new Problem(422, 'bad-owner', `owner: ${message}`, { errors: [{ path: 'owner', message }] })
}
