import { useQueryClient } from '@tanstack/react-query'

/** Reads anew what a change of credentials may have touched. Open dialogs keep what they stand on. */
export function useRefresh(): () => Promise<void> {
  const queryClient = useQueryClient()
  return () => queryClient.invalidateQueries({ queryKey: ['scopes'] })
}
