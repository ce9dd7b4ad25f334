import { linkOptions, useNavigate, useParams } from '@tanstack/react-router'
import { z } from 'zod'

const startNames = z.enum(['approval', 'automation', 'scratch', 'import'])

/** The address of an editor: the tab, and whether the definition is shown as form or as JSON. */
export const EditorSearch = z.object({
  tab: z.enum(['dry-run', 'runs', 'versions']).optional().catch(undefined),
  view: z.enum(['json']).optional().catch(undefined),
})

/** The address of the page where a workflow begins: which start was chosen. */
export const NewWorkflowSearch = EditorSearch.extend({ start: startNames.optional().catch(undefined) })
export type StartName = z.infer<typeof startNames>

/** The workflows of the whole deployment or of one space, by the address. */
export function usePlace() {
  const { key } = useParams({ strict: false })
  const navigate = useNavigate()
  const scope = key === undefined ? 'global' : `space:${key}`
  const links = linksOf(key)
  return {
    scope,
    key,
    ...links,
    goToEditor: (id: string) => void navigate({ ...links.editor(id), ignoreBlocker: true }),
    goToList: () => void navigate({ ...links.list, ignoreBlocker: true }),
  }
}

function linksOf(key: string | undefined) {
  if (key === undefined) {
    return {
      list: linkOptions({ to: '/settings/workflows' }),
      new: (start?: StartName) => linkOptions({ to: '/settings/workflows/new', search: { start } }),
      editor: (id: string) => linkOptions({ to: '/settings/workflows/$id', params: { id } }),
    }
  }
  return {
    list: linkOptions({ to: '/spaces/$key/settings/workflows', params: { key } }),
    new: (start?: StartName) =>
      linkOptions({ to: '/spaces/$key/settings/workflows/new', params: { key }, search: { start } }),
    editor: (id: string) => linkOptions({ to: '/spaces/$key/settings/workflows/$id', params: { key, id } }),
  }
}
