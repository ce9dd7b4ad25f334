import { Button, Menu, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { IconChevronDown, IconDownload, IconUpload } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { ScopeState } from '#schema/credential.ts'
import { scopeQuery } from '../api/credentials.ts'
import { Loaded } from '../ui/loaded.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { ReasonButton } from '../ui/reason-button.tsx'
import { CredentialList } from './credential-list.tsx'
import { Dialogs } from './dialogs.tsx'
import { usePlace } from './place.ts'
import { TokenPanel } from './token-panel.tsx'

type CredentialsPageProps = { scope: string; lead: string; above?: ReactNode; below?: ReactNode }

/** The credentials of one scope, with the token that seals them. */
export function CredentialsPage({ scope, lead, above, below }: CredentialsPageProps) {
  const state = useQuery(scopeQuery(scope))
  return (
    <>
      <PageHeader
        title="Credentials"
        lead={lead}
        above={above}
        actions={state.data?.mayAdministrate === true && <Actions state={state.data} />}
      />
      <Loaded query={state}>
        {(loaded) => (
          <Stack gap="lg">
            <TokenPanel state={loaded} />
            {loaded.key !== null && <CredentialList key={loaded.scope} state={loaded} />}
            {loaded.mayAdministrate && below}
            <Dialogs state={loaded} />
          </Stack>
        )}
      </Loaded>
    </>
  )
}

const noToken = 'Generate the token first: without it no secret can be sealed.'

function Actions({ state }: { state: ScopeState }) {
  const { open } = usePlace()
  const hasKey = state.key !== null
  return (
    <>
      {hasKey && (
        <Menu position="bottom-end">
          <Menu.Target>
            <Button variant="default" rightSection={<IconChevronDown size={16} aria-hidden />}>
              Export or import
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<IconDownload size={16} aria-hidden />} onClick={() => open('export')}>
              Export…
            </Menu.Item>
            <Menu.Item leftSection={<IconUpload size={16} aria-hidden />} onClick={() => open('import')}>
              Import…
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
      <ReasonButton disabledReason={hasKey ? undefined : noToken} onClick={() => open('new')}>
        Create credential
      </ReasonButton>
    </>
  )
}
