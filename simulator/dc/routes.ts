import type { Route } from '../route-table.ts'
import { dcRoute, type DcHandler } from './call.ts'
import { listComments } from './comments.ts'
import {
  getContent,
  getHistory,
  listChildPages,
  listContent,
  listDescendants,
  listSpaceContent,
  listTrash,
  scanContent,
} from './content.ts'
import { changeFile, downloadFile, listFiles, removeFile, uploadFiles, uploadVersion } from './files.ts'
import { addLabelsTo, listLabels, removeLabelFrom } from './labels.ts'
import {
  currentUser,
  getGroup,
  getUser,
  listGroups,
  listGroupsOfUser,
  listMembers,
  listUsers,
  serverInformation,
} from './people.ts'
import { replaceRestrictions, restrictionsByOperation, restrictionsOfOperation } from './restrictions.ts'
import { search, searchContent } from './search.ts'
import type { Dc } from './settings.ts'
import { getSpace, listPermissions, listSpaces } from './spaces.ts'
import { getVersion, listVersions } from './versions.ts'
import { changeContent, createContent, deleteContent } from './write.ts'

/** Below the context path: REST v1 alone, as the vendor's document of Data Center 10.0.3 has it. */
export function dcRoutes(dc: Dc): Route[] {
  const api = (method: string, path: string, handle: DcHandler, since?: string) =>
    dcRoute(dc, method, `/rest/api${path}`, handle, since)
  return [
    api('GET', '/server-information', serverInformation, '8.0'),
    api('GET', '/user/current', currentUser),
    api('GET', '/user/memberof', listGroupsOfUser),
    api('GET', '/user/list', listUsers),
    api('GET', '/user', getUser),
    api('GET', '/group', listGroups),
    api('GET', '/group/{groupName}', getGroup),
    api('GET', '/group/{groupName}/member', listMembers),
    api('GET', '/space', listSpaces),
    api('GET', '/space/{spaceKey}', getSpace),
    api('GET', '/space/{spaceKey}/permissions', listPermissions, '9.1'),
    api('GET', '/space/{spaceKey}/trash', listTrash),
    api('GET', '/space/{spaceKey}/content/{type}', listSpaceContent),
    api('GET', '/content/scan', scanContent, '7.18'),
    api('GET', '/content/search', searchContent),
    api('GET', '/search', search),
    api('GET', '/content', listContent),
    api('POST', '/content', createContent),
    api('GET', '/content/{id}', getContent),
    api('PUT', '/content/{id}', changeContent),
    api('DELETE', '/content/{id}', deleteContent),
    api('GET', '/content/{id}/history', getHistory),
    api('GET', '/content/{id}/child/page', listChildPages),
    api('GET', '/content/{id}/child/comment', listComments),
    api('GET', '/content/{id}/child/attachment', listFiles),
    api('POST', '/content/{id}/child/attachment', uploadFiles),
    api('PUT', '/content/{id}/child/attachment/{attachmentId}', changeFile),
    api('DELETE', '/content/{id}/child/attachment/{attachmentId}', removeFile),
    api('POST', '/content/{id}/child/attachment/{attachmentId}/data', uploadVersion),
    api('GET', '/content/{id}/descendant/page', listDescendants),
    api('GET', '/content/{id}/label', listLabels),
    api('POST', '/content/{id}/label', addLabelsTo),
    api('DELETE', '/content/{id}/label', removeLabelFrom),
    api('DELETE', '/content/{id}/label/{label}', removeLabelFrom),
    api('GET', '/content/{id}/restriction/byOperation', restrictionsByOperation),
    api('GET', '/content/{id}/restriction/byOperation/{operationKey}', restrictionsOfOperation),
    api('PUT', '/content/{id}/restriction', replaceRestrictions),
    dcRoute(dc, 'GET', '/rest/experimental/content/{id}/version', listVersions),
    dcRoute(dc, 'GET', '/rest/experimental/content/{id}/version/{version}', getVersion),
    dcRoute(dc, 'GET', '/download/attachments/{id}/{name}', downloadFile),
  ]
}
