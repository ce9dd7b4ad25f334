import { useQuery } from '@tanstack/react-query'
import type { Document } from '#schema/document.ts'
import { meQuery } from '../api/access.ts'
import { spaceQuery } from '../api/content.ts'

/** Whether the viewer may write in a space: its editors, its admins and platform admins. What is local has nowhere to be written. */
export function useMayWrite(spaceKey: string): boolean {
  const { data: me } = useQuery(meQuery)
  const { data: space } = useQuery(spaceQuery(spaceKey))
  if (me == null || space === undefined || space.integrationId === null || space.archived) return false
  return me.user.role === 'admin' || space.role === 'admin' || space.role === 'editor'
}

/** Pages and blog posts have a text to write; folders and whiteboards have none. */
export function hasText({ type, status }: Pick<Document, 'type' | 'status'>): boolean {
  return (type === 'page' || type === 'blogpost') && status === 'current'
}
