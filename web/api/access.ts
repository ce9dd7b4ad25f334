import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import {
  ApiKey,
  CreatedApiKey,
  Group,
  type GroupChange,
  Me,
  type NewApiKey,
  type NewGroup,
  type NewUser,
  type Setup,
  type SignIn,
  Status,
  User,
  type UserChange,
} from '#schema/access.ts'
import { pageOf } from '#schema/common.ts'
import type { z } from 'zod'
import { ApiProblem, Nothing, get, send } from './client.ts'
import { paged, readAll } from './paged.ts'

/** Who is signed in; null when nobody is. */
export const meQuery = queryOptions({
  queryKey: ['me'],
  staleTime: 60_000,
  queryFn: async () => {
    try {
      return await get('/me', Me)
    } catch (error) {
      if (error instanceof ApiProblem && error.status === 401) return null
      throw error
    }
  },
})

export function readStatus() {
  return get('/status', Status)
}

export function setUp(input: Setup) {
  return send('POST', '/setup', input, Nothing)
}

export function signIn(input: SignIn) {
  return send('POST', '/sessions', input, Nothing)
}

export function signOut() {
  return send('DELETE', '/sessions/current', undefined, Nothing)
}

export const usersQuery = infiniteQueryOptions(paged(['users'], '/users', pageOf(User)))

/** For choices: everybody, as far as the bound of such lists goes. Platform admins only. */
export const allUsersQuery = queryOptions({
  queryKey: ['users', 'all'],
  staleTime: 30_000,
  queryFn: () => readAll('/users', pageOf(User)),
})

export function addUser(input: NewUser) {
  return send('POST', '/users', input, User)
}

export function changeUser(id: string, input: UserChange) {
  return send('PATCH', `/users/${id}`, input, User)
}

export function deleteUser(id: string) {
  return send('DELETE', `/users/${id}`, undefined, Nothing)
}

export const groupsQuery = infiniteQueryOptions(paged(['groups'], '/groups', pageOf(Group)))

export const allGroupsQuery = queryOptions({
  queryKey: ['groups', 'all'],
  staleTime: 30_000,
  queryFn: () => readAll('/groups', pageOf(Group)),
})

export function addGroup(input: z.infer<typeof NewGroup>) {
  return send('POST', '/groups', input, Group)
}

export function changeGroup(id: string, input: GroupChange) {
  return send('PATCH', `/groups/${id}`, input, Group)
}

export function deleteGroup(id: string) {
  return send('DELETE', `/groups/${id}`, undefined, Nothing)
}

export const apiKeysQuery = infiniteQueryOptions(paged(['api-keys'], '/api-keys', pageOf(ApiKey)))

export function addApiKey(input: NewApiKey) {
  return send('POST', '/api-keys', input, CreatedApiKey)
}

export function deleteApiKey(id: string) {
  return send('DELETE', `/api-keys/${id}`, undefined, Nothing)
}
