import { z } from 'zod'
import { ApiKeyScope } from '#schema/access.ts'

/** How better-auth's plugin keeps what a key may do: statements by resource; we have one resource. */
const Permissions = z.object({ api: z.array(ApiKeyScope) })

export function toPermissions(scopes: readonly ApiKeyScope[]): { api: ApiKeyScope[] } {
  return { api: ApiKeyScope.options.filter((scope) => scopes.includes(scope)) }
}

/** The scopes in the column `permissions`; none when it cannot be read. */
export function keyScopes(permissions: string | null): ApiKeyScope[] {
  try {
    return Permissions.parse(JSON.parse(permissions ?? '')).api
  } catch {
    return []
  }
}

export function keyMayWrite(permissions: string | null): boolean {
  return keyScopes(permissions).includes('write')
}

/** Whether its edits wait for a person; a key that may write needs nobody. */
export function keyMayPropose(permissions: string | null): boolean {
  const scopes = keyScopes(permissions)
  return scopes.includes('propose') && !scopes.includes('write')
}
