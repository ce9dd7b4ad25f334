import { CredentialsPage } from './credentials-page.tsx'
import { IntegrationsToken } from './integrations-token.tsx'

/** Settings → Credentials: those of the whole deployment. */
export function GlobalCredentials() {
  return (
    <CredentialsPage
      scope="global"
      lead="Secrets for other systems, kept sealed. Whoever is allowed uses them; nobody reads them back."
      below={<IntegrationsToken />}
    />
  )
}
