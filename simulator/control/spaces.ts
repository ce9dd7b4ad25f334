import type { State } from '../server.ts'
import { purgeNode } from '../world/edit.ts'
import { siteNow, takeId, type Space, type SpaceType } from '../world/site.ts'
import { authorBy, spaceByKey } from './find.ts'

export type NewSpace = {
  key: string
  name: string
  type?: SpaceType
  status?: 'current' | 'archived'
  description?: string
  by?: string
}

export function controlSpaces({ site }: State) {
  const at = (key: string) => spaceByKey(site, key)
  return {
    createSpace: ({
      key,
      name,
      type = 'global',
      status = 'current',
      description = '',
      by,
    }: NewSpace): { id: string } => {
      const owner = by === undefined ? [...site.accounts.values()][0] : authorBy(site, by, at(key))
      if (owner === undefined) throw new Error('The simulator has no account to own a space')
      const space: Space = {
        id: takeId(site),
        key,
        alias: key,
        name,
        type,
        status,
        description,
        owner,
        createdAt: siteNow(site),
        homepage: undefined,
      }
      site.spaces.set(space.id, space)
      return { id: String(space.id) }
    },
    /** A new `alias` changes the key in addresses; `key` itself never changes. */
    renameSpace: (key: string, to: { name?: string; alias?: string }): void => {
      const space = at(key)
      space.name = to.name ?? space.name
      space.alias = to.alias ?? space.alias
    },
    archiveSpace: (key: string): void => void (at(key).status = 'archived'),
    restoreSpace: (key: string): void => void (at(key).status = 'current'),
    /** The space and all it holds, for good. */
    deleteSpace: (key: string): void => {
      const space = at(key)
      for (const node of site.nodes.values()) if (node.space === space) purgeNode(site, node)
      site.spaces.delete(space.id)
    },
  }
}
