import { BulkUsers } from './answers.ts'
import type { Client } from './client.ts'

/** The most account ids that one request asks for. */
export const PEOPLE_PER_REQUEST = 100

/** Display names of accounts by id; hidden and deleted ones are missing. */
export async function findPeople(client: Client, accountIds: readonly string[]): Promise<Map<string, string>> {
  const names = new Map<string, string>()
  for (let start = 0; start < accountIds.length; start += PEOPLE_PER_REQUEST) {
    const asked = accountIds.slice(start, start + PEOPLE_PER_REQUEST)
    const { results } = BulkUsers.parse(await client.readByPost('/api/v2/users-bulk', { accountIds: asked }))
    for (const user of results) if (user.displayName) names.set(user.accountId, user.displayName.slice(0, 200))
  }
  return names
}
