/** Confluence Data Center: REST v1 alone. Spaces go by key, people by user key, groups by name; there are no folders. */
import type { Client } from './client.ts'
import type { Known } from './data-center-content.ts'
import { dcPageState, getDcPages } from './data-center-fetch.ts'
import { walkDcChanged, walkDcPages } from './data-center-pages.ts'
import { getDcVersion, hasDcPart, openDcFile, walkDcAttachments, walkDcComments } from './data-center-parts.ts'
import { openDcPushing } from './data-center-push.ts'
import {
  dcGroupMembers,
  findDcAccounts,
  findDcRestrictions,
  listDcSpaceReaders,
  walkDcMarks,
} from './data-center-readers.ts'
import { countDcPages, findDcPeople, isDcSpaceHidden, isKnownUser, listDcSpaces } from './data-center-spaces.ts'
import type { Source } from './source.ts'

export function openDataCenter(client: Client): Source {
  const known: Known = { client, scans: undefined, people: new Map() }
  return {
    client,
    labelsWithPages: true,
    listSpaces: () => listDcSpaces(client),
    isSpaceHidden: (key) => isDcSpaceHidden(client, key),
    walkPages: (list, cursor) => walkDcPages(known, list, cursor),
    sortsByChange: false,
    walkChanged: (search) => walkDcChanged(client, search),
    getPages: (kind, ids) => getDcPages(known, kind, ids),
    pageState: (externalId) => dcPageState(client, externalId),
    countPages: (spaceKeys) => countDcPages(client, spaceKeys),
    listLabels: async () => [],
    walkLabelled: async function* () {},
    findTypes: async () => new Map(),
    findFolders: async () => new Map(),
    findNode: async () => undefined,
    findPeople: (accounts) => findDcPeople(known, accounts),
    walkAttachments: (list) => walkDcAttachments(client, list),
    walkComments: (kind, list) => walkDcComments(client, kind, list),
    hasPart: (_kind, externalId) => hasDcPart(client, externalId),
    openFile: (file, limits) => openDcFile(client, file.externalId, limits),
    getVersion: (externalId, number) => getDcVersion(client, externalId, number),
    listSpaceReaders: (space) => listDcSpaceReaders(client, space.key),
    walkMarks: (spaceKeys) => walkDcMarks(client, spaceKeys),
    findRestrictions: (ids) => findDcRestrictions(client, ids),
    groupMembers: (name) => dcGroupMembers(known, name),
    asksAccountsSingly: true,
    findAccounts: (accounts, again) => findDcAccounts(known, accounts, again),
    push: openDcPushing(known),
    isKeyAccepted: async () => {
      const answer = await client.probe('/rest/api/user/current')
      return isKnownUser(answer.status, answer.json)
    },
  }
}
