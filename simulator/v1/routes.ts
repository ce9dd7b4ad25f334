import type { Handler } from '../call.ts'
import type { Route } from '../route-table.ts'
import {
  archiveContent,
  currentUser,
  getContent,
  getSpaceV1,
  getUser,
  listChildPages,
  listContent,
  listSpacesV1,
  moveContent,
  restoreContent,
} from './content.ts'
import { getGroup, listMembers } from './groups.ts'
import { downloadAttachment, listAttachmentsV1, refuseServlet, uploadAttachment } from './files.ts'
import { addLabelsV1, listLabelsV1, removeLabelV1 } from './labels.ts'
import {
  clearRestrictions,
  listRestrictions,
  readRestriction,
  replaceRestrictions,
  restrictionsByOperation,
} from './restrictions.ts'
import { search, searchContent } from './search.ts'

const details = 'read:content-details:confluence'
const searches = ['search:confluence', details]
const reads = ['read:confluence-content.all', 'read:confluence-content.summary', details]
const writes = ['write:confluence-content', 'write:page:confluence', 'write:content:confluence']
const labels = ['write:confluence-content', 'write:label:confluence']
const restricts = ['write:confluence-content', 'write:content.restriction:confluence']
const downloads = ['readonly:content.attachment:confluence', 'read:attachment:confluence']
const uploads = ['write:confluence-file', 'write:attachment:confluence']
const people = ['read:confluence-user', details]
const groups = ['read:confluence-groups', 'read:group:confluence']
const spaces = ['read:confluence-space.summary', details]

/** /wiki/rest/api: what v2 lacks, and the old reads that still answer. Any one of a route's scopes is enough. */
export const v1Routes: readonly Route[] = [
  v1('GET', '/user/current', people, currentUser),
  v1('GET', '/user', people, getUser),
  v1('GET', '/space', spaces, listSpacesV1),
  v1('GET', '/space/{spaceKey}', spaces, getSpaceV1),
  v1('GET', '/search', searches, search),
  v1('GET', '/content/search', searches, searchContent),
  v1('POST', '/content/archive', writes, archiveContent),
  v1('GET', '/content', reads, listContent),
  v1('GET', '/content/{id}', reads, getContent),
  v1('PUT', '/content/{id}', writes, restoreContent),
  v1('GET', '/content/{id}/label', reads, listLabelsV1),
  v1('POST', '/content/{id}/label', labels, addLabelsV1),
  v1('DELETE', '/content/{id}/label', labels, removeLabelV1),
  v1('DELETE', '/content/{id}/label/{label}', labels, removeLabelV1),
  v1('GET', '/content/{id}/restriction', reads, listRestrictions),
  v1('PUT', '/content/{id}/restriction', restricts, replaceRestrictions),
  v1('DELETE', '/content/{id}/restriction', restricts, clearRestrictions),
  v1('GET', '/content/{id}/restriction/byOperation', reads, restrictionsByOperation),
  v1('GET', '/content/{id}/restriction/byOperation/read', reads, readRestriction),
  v1('GET', '/group/by-id', groups, getGroup),
  v1('GET', '/group/{groupId}/membersByGroupId', groups, listMembers),
  v1('GET', '/content/{id}/child/attachment', reads, listAttachmentsV1),
  v1('POST', '/content/{id}/child/attachment', uploads, uploadAttachment),
  v1('PUT', '/content/{id}/child/attachment', uploads, uploadAttachment),
  v1('GET', '/content/{id}/child/attachment/{attachmentId}/download', downloads, downloadAttachment),
  v1('GET', '/content/{id}/child/{type}', reads, listChildPages),
  v1('PUT', '/content/{pageId}/move/{position}/{targetId}', writes, moveContent),
  { method: 'GET', pattern: '/wiki/download/attachments/{id}/{name}', scopes: downloads, handle: refuseServlet },
]

function v1(method: string, path: string, scopes: readonly string[], handle: Handler): Route {
  return { method, pattern: `/wiki/rest/api${path}`, scopes, handle }
}
