import { useNavigate, useSearch } from '@tanstack/react-router'
import { z } from 'zod'

const Dialog = z.enum([
  'new',
  'details',
  'edit',
  'permissions',
  'domains',
  'test',
  'versions',
  'delete',
  'regenerate',
  'export',
  'import',
])
export type Dialog = z.infer<typeof Dialog>

/** The address of a page of credentials: the search, and the open dialog with its credential. Never what is typed there. */
export const CredentialsSearch = z.object({
  q: z.string().optional(),
  dialog: Dialog.optional().catch(undefined),
  credential: z.string().optional(),
})
type CredentialsSearch = z.infer<typeof CredentialsSearch>

type Place = CredentialsSearch & {
  open: (dialog: Dialog, credential?: string) => void
  close: () => void
  search: (q: string) => void
}

/** Where on the page of credentials somebody is, and how to get elsewhere. */
export function usePlace(): Place {
  const { q, dialog, credential } = CredentialsSearch.parse(useSearch({ strict: false }))
  const navigate = useNavigate()
  const go = (search: CredentialsSearch, replace: boolean) =>
    void navigate({ to: '.', search, replace, resetScroll: false })
  return {
    q,
    dialog,
    credential,
    open: (next, id) => go({ q, dialog: next, credential: id }, false),
    close: () => go({ q }, true),
    search: (text) => go({ q: text === '' ? undefined : text }, true),
  }
}
