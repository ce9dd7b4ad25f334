import type { App } from '#server/app.ts'
import { authOf } from './auth.ts'

type Needs = Pick<App, 'db' | 'config' | 'keys' | 'log'>

/** better-auth's hash (scrypt). Slow on purpose: never inside a transaction. */
export async function hashPassword(app: Needs, password: string): Promise<string> {
  const { password: hasher } = await authOf(app).$context
  return hasher.hash(password)
}

/** Is this the person's password? False too for a person who has none. */
export async function isPasswordOf(app: Needs, userId: string, password: string): Promise<boolean> {
  const account = await app.db
    .selectFrom('accounts')
    .select('password')
    .where('user_id', '=', userId)
    .where('provider_id', '=', 'credential')
    .executeTakeFirst()
  const { password: hasher } = await authOf(app).$context
  if (account === undefined || account.password === null) return false
  return hasher.verify({ hash: account.password, password })
}
