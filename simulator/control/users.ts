import type { State } from '../server.ts'
import { addUser, type SimUser, type User } from '../users.ts'

export function controlUsers(state: State) {
  const at = (email: string): User => {
    const user = state.users.find((one) => one.email === email)
    if (user === undefined) throw new Error(`The simulator has no user ${email}`)
    return user
  }
  return {
    /** Adds a person, or a further key of one who is known by the address. */
    addUser: (user: SimUser): { accountId: string } => {
      const added = addUser(state.site, user)
      state.users.push(added)
      return { accountId: added.account.accountId }
    },
    /** From now on none of the person's keys is accepted. */
    revokeKey: (email: string): void => {
      at(email)
      for (const user of state.users) if (user.email === email) user.revoked = true
    },
    /** The person's only key from now on. */
    setKey: (email: string, key: string): void => {
      const user = at(email)
      state.users = state.users.filter((one) => one.email !== email || one === user)
      user.key = key
      user.revoked = false
    },
    /** Of a Data Center: what is accepted beside the user name from now on. */
    setPassword: (email: string, password: string): void => void (at(email).password = password),
    /** Null makes the key a classic token. */
    setScopes: (email: string, scopes: string[] | null): void => {
      const user = at(email)
      if (scopes === null) delete user.scopes
      else user.scopes = scopes
    },
    /** The keys of the spaces the person sees; null: all. */
    setSpaces: (email: string, keys: string[] | null): void => {
      const user = at(email)
      if (keys === null) delete user.spaces
      else user.spaces = keys
    },
  }
}
