import type { Handler } from './call.ts'
import type { Route } from './route-table.ts'
import {
  getBlogPost,
  getPage,
  listBlogPosts,
  listLabelBlogPosts,
  listLabelPages,
  listPages,
  listSpaceBlogPosts,
  listSpacePages,
} from './v2/pages.ts'
import {
  listAttachmentLabels,
  listBlogPostLabels,
  listLabels,
  listPageLabels,
  listSpaceContentLabels,
  listSpaceLabels,
} from './v2/labels.ts'
import { getOneSpace, listSpaces } from './v2/spaces.ts'
import {
  getFolder,
  listFolderAncestors,
  listFolderChildren,
  listFolderDescendants,
  listPageAncestors,
  listPageChildren,
  listPageDescendants,
} from './v2/tree.ts'

const scope = {
  readPage: ['read:page:confluence'],
  readSpace: ['read:space:confluence'],
  readFolder: ['read:folder:confluence'],
  readTree: ['read:hierarchical-content:confluence'],
  readMetadata: ['read:content.metadata:confluence'],
  readLabel: ['read:label:confluence'],
} as const

/** Every call of the site's API that the simulator answers, with the scopes of which a scoped token needs one. */
export const routes: readonly Route[] = [
  v2('GET', '/spaces', scope.readSpace, listSpaces),
  v2('GET', '/spaces/{id}', scope.readSpace, getOneSpace),
  v2('GET', '/spaces/{id}/pages', scope.readPage, listSpacePages),
  v2('GET', '/spaces/{id}/blogposts', scope.readPage, listSpaceBlogPosts),
  v2('GET', '/spaces/{id}/labels', scope.readSpace, listSpaceLabels),
  v2('GET', '/spaces/{id}/content/labels', scope.readSpace, listSpaceContentLabels),
  v2('GET', '/pages', scope.readPage, listPages),
  v2('GET', '/pages/{id}', scope.readPage, getPage),
  v2('GET', '/pages/{id}/labels', scope.readPage, listPageLabels),
  v2('GET', '/pages/{id}/direct-children', scope.readTree, listPageChildren),
  v2('GET', '/pages/{id}/descendants', scope.readTree, listPageDescendants),
  v2('GET', '/pages/{id}/ancestors', scope.readMetadata, listPageAncestors),
  v2('GET', '/blogposts', scope.readPage, listBlogPosts),
  v2('GET', '/blogposts/{id}', scope.readPage, getBlogPost),
  v2('GET', '/blogposts/{id}/labels', scope.readPage, listBlogPostLabels),
  v2('GET', '/folders/{id}', scope.readFolder, getFolder),
  v2('GET', '/folders/{id}/direct-children', scope.readTree, listFolderChildren),
  v2('GET', '/folders/{id}/descendants', scope.readTree, listFolderDescendants),
  v2('GET', '/folders/{id}/ancestors', scope.readMetadata, listFolderAncestors),
  v2('GET', '/labels', scope.readLabel, listLabels),
  v2('GET', '/labels/{id}/pages', scope.readPage, listLabelPages),
  v2('GET', '/labels/{id}/blogposts', scope.readPage, listLabelBlogPosts),
  v2('GET', '/attachments/{id}/labels', scope.readPage, listAttachmentLabels),
]

function v2(method: string, path: string, scopes: readonly string[], handle: Handler): Route {
  return { method, pattern: `/wiki/api/v2${path}`, scopes, handle }
}
