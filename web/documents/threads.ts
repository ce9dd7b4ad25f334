import type { Comment } from '#schema/document-parts.ts'

export type Thread = { comment: Comment; replies: Thread[] }

/** Comments as threads, oldest first. A reply whose comment has not been read stands for itself. */
export function threadsOf(comments: readonly Comment[]): Thread[] {
  const threads = new Map(comments.map((comment) => [comment.id, { comment, replies: [] as Thread[] }]))
  const roots: Thread[] = []
  for (const thread of threads.values()) {
    const { parentId, id } = thread.comment
    const parent = parentId === null || parentId === id ? undefined : threads.get(parentId)
    if (parent === undefined) roots.push(thread)
    else parent.replies.push(thread)
  }
  return roots
}
