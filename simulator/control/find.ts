import { findSpace } from '../world/nodes.ts'
import type { Account, Node, Site, Space } from '../world/site.ts'

export function nodeById(site: Site, id: string): Node {
  const node = site.nodes.get(Number(id))
  if (node === undefined) throw new Error(`The simulator has no content ${id}`)
  return node
}

export function spaceByKey(site: Site, key: string): Space {
  const space = findSpace(site, key)
  if (space === undefined) throw new Error(`The simulator has no space ${key}`)
  return space
}

/** The account with this id or name; without one, the space's owner. */
export function authorBy(site: Site, by: string | undefined, space: Space): Account {
  if (by === undefined) return space.owner
  const found = [...site.accounts.values()].find(
    (account) => account.accountId === by || account.name === by || account.email === by,
  )
  if (found === undefined) throw new Error(`The simulator has no account ${by}`)
  return found
}
