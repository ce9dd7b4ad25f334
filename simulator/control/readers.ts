import type { State } from '../server.ts'
import { readersOf, setShown, setSpaceReaders, type Shown, type SpacePrincipal } from '../world/readers.ts'
import { authorBy, nodeById, spaceByKey } from './find.ts'

/** Who may read what. */
export function controlReaders({ site }: State) {
  return {
    /** Groups by name; `roles`: who holds them, by the role's id. */
    setSpaceReaders: (key: string, readers: SpacePrincipal[], roles: Record<string, SpacePrincipal[]> = {}): void =>
      setSpaceReaders(spaceByKey(site, key), readers, roles),
    /** What somebody (by account id, name or address) shows and is; `groups` replace those he is in. */
    setAccount: (who: string, { groups, ...change }: Partial<Shown> & { groups?: string[] }): void => {
      const [space] = site.spaces.values()
      if (space === undefined) throw new Error('The simulator has no space')
      const account = authorBy(site, who, space)
      setShown(account, change)
      if (groups !== undefined) account.groups = groups
    },
    /** Account ids of those who may read a page or folder. */
    readers: (id: string): string[] => readersOf(site, nodeById(site, id)),
  }
}
