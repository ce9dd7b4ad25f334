import type { Role, SpaceRole } from '#schema/access.ts'

/** In whose name something is done: a person (from a session or an API key) or the system itself. */
export type Actor = Person | System

export type Person = {
  kind: 'user'
  id: string
  name: string
  role: Role
  /** All principals the person is: user:ID, each group:ID, everyone. */
  principals: string[]
  /** Space id → the highest role held there. An admin's map is empty: he may do all. */
  spaceRoles: ReadonlyMap<string, SpaceRole>
  /** What the API key in use allows; a session allows both. */
  mayWrite: boolean
  /** An API key whose edits wait for a person's approval; it may not write. */
  mayPropose?: boolean
  /** Set when an API key speaks for him. */
  apiKeyId?: string
}

export type System = { kind: 'system'; id: 'system'; name: 'Lockkeeper' }

export const system: System = { kind: 'system', id: 'system', name: 'Lockkeeper' }
