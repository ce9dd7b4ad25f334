import type { App } from '#server/app.ts'
import type { Person } from '#server/platform/actor.ts'
import { Problem } from '#server/platform/problem.ts'
import { findPerson } from './actor.ts'
import { findUserByEmail } from './store.ts'

/**
 * The platform admin in whose name a command on the server's machine runs. Whoever reads the root key and the database
 * needs nobody's permission, so no password is asked; but the record gets a name, and that it was the command line.
 */
export async function getCommandActor(app: Pick<App, 'db'>, email: string): Promise<Person> {
  const user = await findUserByEmail(app.db, email.trim())
  const person = user === undefined ? undefined : await findPerson(app, user.id)
  if (person === undefined || person.role !== 'admin')
    throw new Problem(403, 'no-such-admin', `${email} is no platform admin who may sign in. Name one with --as.`)
  return { ...person, name: `${person.name} (command line)` }
}
