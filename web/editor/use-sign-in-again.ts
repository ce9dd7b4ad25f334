import { useQueryClient } from '@tanstack/react-query'
import { useNavigate, useRouter } from '@tanstack/react-router'

/** Leads to the sign-in page and back. What was written is kept in this tab: whoever signs in again finds it. */
export function useSignInAgain(): () => Promise<void> {
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const { history } = useRouter()
  return async () => {
    queryClient.clear()
    await navigate({ to: '/sign-in', search: { return: history.location.href }, ignoreBlocker: true })
  }
}
