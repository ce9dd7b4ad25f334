import type { Handler } from '../call.ts'
import type { Route } from '../route-table.ts'
import {
  deleteAttachment,
  getAttachment,
  listAttachments,
  listBlogPostAttachments,
  listPageAttachments,
} from './attachments.ts'
import { commentCalls } from './comments.ts'
import {
  listAttachmentLabels,
  listBlogPostLabels,
  listLabels,
  listPageLabels,
  listSpaceContentLabels,
  listSpaceLabels,
} from './labels.ts'
import {
  getBlogPost,
  getPage,
  listBlogPosts,
  listLabelBlogPosts,
  listLabelPages,
  listPages,
  listSpaceBlogPosts,
  listSpacePages,
} from './pages.ts'
import { convertIds, usersBulk } from './people.ts'
import { getOneSpace, listSpaces } from './spaces.ts'
import { listRoleAssignments, listSpacePermissions } from './space-permissions.ts'
import {
  getFolder,
  listFolderAncestors,
  listFolderChildren,
  listFolderDescendants,
  listPageAncestors,
  listPageChildren,
  listPageDescendants,
} from './tree.ts'
import { getPageVersion, listBlogPostVersions, listPageVersions } from './versions.ts'
import {
  createBlogPost,
  createFolder,
  createPage,
  deleteBlogPost,
  deleteFolder,
  deletePage,
  renamePage,
  updateBlogPost,
  updatePage,
} from './write.ts'

const readPage = 'read:page:confluence'
const writePage = 'write:page:confluence'
const deletesPage = 'delete:page:confluence'
const readSpace = 'read:space:confluence'
const readTree = 'read:hierarchical-content:confluence'
const readMetadata = 'read:content.metadata:confluence'
const readAttachment = 'read:attachment:confluence'

/** /wiki/api/v2: each route with the scope that a scoped token needs. */
export const v2Routes: readonly Route[] = [
  v2('GET', '/spaces', readSpace, listSpaces),
  v2('GET', '/spaces/{id}', readSpace, getOneSpace),
  v2('GET', '/spaces/{id}/permissions', readSpace, listSpacePermissions),
  v2('GET', '/spaces/{id}/role-assignments', 'read:space.permission:confluence', listRoleAssignments),
  v2('GET', '/spaces/{id}/pages', readPage, listSpacePages),
  v2('GET', '/spaces/{id}/blogposts', readPage, listSpaceBlogPosts),
  v2('GET', '/spaces/{id}/labels', readSpace, listSpaceLabels),
  v2('GET', '/spaces/{id}/content/labels', readSpace, listSpaceContentLabels),
  v2('GET', '/pages', readPage, listPages),
  v2('POST', '/pages', writePage, createPage),
  v2('GET', '/pages/{id}', readPage, getPage),
  v2('PUT', '/pages/{id}', writePage, updatePage),
  v2('DELETE', '/pages/{id}', deletesPage, deletePage),
  v2('PUT', '/pages/{id}/title', writePage, renamePage),
  v2('GET', '/pages/{id}/labels', readPage, listPageLabels),
  v2('GET', '/pages/{id}/versions', readPage, listPageVersions),
  v2('GET', '/pages/{page-id}/versions/{version-number}', readPage, getPageVersion),
  v2('GET', '/pages/{id}/attachments', readAttachment, listPageAttachments),
  v2('GET', '/pages/{id}/direct-children', readTree, listPageChildren),
  v2('GET', '/pages/{id}/descendants', readTree, listPageDescendants),
  v2('GET', '/pages/{id}/ancestors', readMetadata, listPageAncestors),
  v2('GET', '/blogposts', readPage, listBlogPosts),
  v2('POST', '/blogposts', writePage, createBlogPost),
  v2('GET', '/blogposts/{id}', readPage, getBlogPost),
  v2('PUT', '/blogposts/{id}', writePage, updateBlogPost),
  v2('DELETE', '/blogposts/{id}', deletesPage, deleteBlogPost),
  v2('GET', '/blogposts/{id}/labels', readPage, listBlogPostLabels),
  v2('GET', '/blogposts/{id}/versions', readPage, listBlogPostVersions),
  v2('GET', '/blogposts/{id}/attachments', readAttachment, listBlogPostAttachments),
  v2('POST', '/folders', 'write:folder:confluence', createFolder),
  v2('GET', '/folders/{id}', 'read:folder:confluence', getFolder),
  v2('DELETE', '/folders/{id}', 'delete:folder:confluence', deleteFolder),
  v2('GET', '/folders/{id}/direct-children', readTree, listFolderChildren),
  v2('GET', '/folders/{id}/descendants', readTree, listFolderDescendants),
  v2('GET', '/folders/{id}/ancestors', readMetadata, listFolderAncestors),
  v2('GET', '/labels', 'read:label:confluence', listLabels),
  v2('GET', '/labels/{id}/pages', readPage, listLabelPages),
  v2('GET', '/labels/{id}/blogposts', readPage, listLabelBlogPosts),
  v2('GET', '/attachments', readAttachment, listAttachments),
  v2('GET', '/attachments/{id}', readAttachment, getAttachment),
  v2('DELETE', '/attachments/{id}', 'delete:attachment:confluence', deleteAttachment),
  v2('GET', '/attachments/{id}/labels', readAttachment, listAttachmentLabels),
  v2('POST', '/users-bulk', 'read:user:confluence', usersBulk),
  v2('POST', '/content/convert-ids-to-types', readMetadata, convertIds),
  ...commentRoutes('footer'),
  ...commentRoutes('inline'),
]

function commentRoutes(kind: 'footer' | 'inline'): Route[] {
  const calls = commentCalls(kind)
  const [reads, writes, deletes] = [
    'read:comment:confluence',
    'write:comment:confluence',
    'delete:comment:confluence',
  ] as const
  return [
    v2('GET', `/${kind}-comments`, reads, calls.list),
    v2('POST', `/${kind}-comments`, writes, calls.create),
    v2('GET', `/${kind}-comments/{id}`, reads, calls.get),
    v2('PUT', `/${kind}-comments/{id}`, writes, calls.update),
    v2('DELETE', `/${kind}-comments/{id}`, deletes, calls.remove),
    v2('GET', `/${kind}-comments/{id}/children`, reads, calls.children),
    v2('GET', `/pages/{id}/${kind}-comments`, reads, calls.listOfPage),
    v2('GET', `/blogposts/{id}/${kind}-comments`, reads, calls.listOfBlogPost),
  ]
}

function v2(method: string, path: string, scope: string, handle: Handler): Route {
  return { method, pattern: `/wiki/api/v2${path}`, scopes: [scope], handle }
}
