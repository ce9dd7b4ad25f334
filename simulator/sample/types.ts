/** A space of the sample knowledge base, with its whole tree of pages. */
export type SampleSpace = {
  key: string
  name: string
  type: 'global' | 'personal' | 'knowledge_base'
  status: 'current' | 'archived'
  description: string
  pages: SamplePage[]
  blogPosts: SampleBlogPost[]
}

/** A page or a folder; `storage` is Confluence storage format, empty for a folder. `author` is an account id. */
export type SamplePage = {
  title: string
  kind?: 'page' | 'folder'
  status?: 'current' | 'archived' | 'draft'
  labels?: string[]
  storage: string
  attachments?: SampleAttachment[]
  comments?: SampleComment[]
  children?: SamplePage[]
  author?: string
}

/** `postedOn` is a day, `YYYY-MM-DD`. */
export type SampleBlogPost = { title: string; labels?: string[]; storage: string; postedOn: string; author?: string }

/** `content` is UTF-8 text, or base64 when `encoding` says so. */
export type SampleAttachment = {
  name: string
  mediaType: string
  content: string
  encoding?: 'utf-8' | 'base64'
  comment?: string
}

/** `selection` is the text an inline comment is pinned to; the page carries a marker around it. */
export type SampleComment = {
  kind: 'footer' | 'inline'
  storage: string
  author?: string
  selection?: string
  resolved?: boolean
  replies?: { storage: string; author?: string }[]
}
