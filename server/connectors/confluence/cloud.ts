/** Confluence Cloud: REST v2, and v1 for what v2 lacks. */
import { Upstream } from '#server/platform/problem.ts'
import { walkChanged } from './changed.ts'
import { isAccepted } from './check.ts'
import type { Client } from './client.ts'
import { findFolders, findNode, findTypes } from './nodes.ts'
import { filePath, getVersion, hasPart, walkAttachments, walkComments } from './parts.ts'
import { findPeople } from './people.ts'
import { countPages, getPages, listLabels, listSpaces, pageState, walkLabelled, walkPages } from './pull.ts'
import { openPushing } from './pushing.ts'
import { findAccounts, findRestrictions, groupMembers, listSpaceReaders, walkMarks } from './readers.ts'
import type { Source } from './source.ts'

export function openCloud(client: Client): Source {
  return {
    client,
    labelsWithPages: false,
    listSpaces: () => listSpaces(client),
    isSpaceHidden: (externalId) => isSpaceHidden(client, externalId),
    walkPages: (list, cursor) => walkPages(client, list, cursor),
    sortsByChange: true,
    walkChanged: (search) => walkChanged(client, search),
    getPages: (kind, ids) => getPages(client, kind, ids),
    pageState: (externalId) => pageState(client, externalId),
    countPages: (spaceKeys) => countPages(client, spaceKeys),
    listLabels: () => listLabels(client),
    walkLabelled: (names, spaceKeys) => walkLabelled(client, names, spaceKeys),
    findTypes: (ids) => findTypes(client, ids),
    findFolders: (ids, children) => findFolders(client, ids, children),
    findNode: (type, externalId) => findNode(client, type, externalId),
    findPeople: (accountIds) => findPeople(client, accountIds),
    walkAttachments: (list) => walkAttachments(client, list),
    walkComments: (kind, list) => walkComments(client, kind, list),
    hasPart: (kind, externalId) => hasPart(client, kind, externalId),
    openFile: (file, limits) => client.openFile(filePath(file), limits),
    getVersion: (externalId, number) => getVersion(client, externalId, number),
    listSpaceReaders: (space) => listSpaceReaders(client, space.externalId),
    walkMarks: (spaceKeys) => walkMarks(client, spaceKeys),
    findRestrictions: (ids) => findRestrictions(client, ids),
    groupMembers: (groupId) => groupMembers(client, groupId),
    asksAccountsSingly: false,
    findAccounts: (accountIds) => findAccounts(client, accountIds),
    push: openPushing(client),
    isKeyAccepted: async () => isAccepted(await client.probe('/rest/api/user/current')),
  }
}

async function isSpaceHidden(client: Client, externalId: string): Promise<boolean> {
  try {
    await client.getJson(`/api/v2/spaces/${encodeURIComponent(externalId)}`)
    return false
  } catch (error) {
    if (error instanceof Upstream && error.status === 404) return true
    throw error
  }
}
