import { Modal } from '@mantine/core'
import { type UseQueryResult, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { Credential, ScopeState } from '#schema/credential.ts'
import { credentialQuery } from '../api/credentials.ts'
import { focusWhenShown } from '../ui/focus.ts'
import { Loaded, RowsSkeleton } from '../ui/loaded.tsx'
import { CreateForm } from './create-form.tsx'
import { DeleteCredential } from './delete-credential.tsx'
import { Details } from './details.tsx'
import { DomainsForm } from './domains-form.tsx'
import { EditForm } from './edit-form.tsx'
import { ExportForm } from './export-form.tsx'
import { ImportForm } from './import-form.tsx'
import { Permissions } from './permissions.tsx'
import { type Dialog, usePlace } from './place.ts'
import { RegenerateForm } from './regenerate-form.tsx'
import { TestForm } from './test-form.tsx'
import { Versions } from './versions.tsx'

type ScopeDialog = 'new' | 'regenerate' | 'export' | 'import'
type CredentialDialog = Exclude<Dialog, ScopeDialog>

const titles: Record<Dialog, string> = {
  new: 'Create credential',
  regenerate: 'Re-generate the token',
  export: 'Export credentials',
  import: 'Import credentials',
  details: 'Credential',
  edit: 'Edit',
  permissions: 'Permissions of',
  domains: 'Domains of',
  test: 'Test',
  versions: 'Versions of',
  delete: 'Delete',
}

/** The dialog that the address names, if any. One frame for all, so that closing gives the focus back to what opened it. */
export function Dialogs({ state }: { state: ScopeState }) {
  const { dialog, credential: id, close } = usePlace()
  const shown = useShown(dialog, id)
  const last = shown.dialog
  const about = last !== undefined && !isScopeDialog(last) ? shown.credential : undefined
  const credential = useQuery({
    ...credentialQuery(about ?? '', shown.opening),
    enabled: shown.isOpen && about !== undefined,
  })
  const name = about === undefined || credential.data === undefined ? '' : ` “${credential.data.name}”`
  return (
    <Modal
      opened={shown.isOpen && last !== undefined && (isScopeDialog(last) || about !== undefined)}
      onClose={close}
      title={last === undefined ? '' : titles[last] + name}
      size="lg"
    >
      {last !== undefined && isScopeDialog(last) && (
        <ScopeContent key={shown.opening} dialog={last} state={state} onDone={close} />
      )}
      {last !== undefined && !isScopeDialog(last) && (
        <CredentialContent key={shown.opening} dialog={last} credential={credential} onDone={close} />
      )}
    </Modal>
  )
}

type Shown = { dialog: Dialog | undefined; credential: string | undefined; isOpen: boolean; opening: number }

/** The dialog of the address, or the last one while it fades out. Each `opening` begins anew, with nothing of the one before. */
function useShown(dialog: Dialog | undefined, credential: string | undefined): Shown {
  const [shown, setShown] = useState<Shown>({ dialog, credential, isOpen: dialog !== undefined, opening: 1 })
  const isSame = shown.isOpen && dialog === shown.dialog && credential === shown.credential
  if (dialog !== undefined && !isSame) setShown({ dialog, credential, isOpen: true, opening: shown.opening + 1 })
  else if (dialog === undefined && shown.isOpen) setShown({ ...shown, isOpen: false })
  return shown
}

type ScopeContentProps = { dialog: ScopeDialog; state: ScopeState; onDone: () => void }

function ScopeContent({ dialog, state, onDone }: ScopeContentProps) {
  switch (dialog) {
    case 'new':
      return <CreateForm scope={state.scope} onDone={onDone} />
    case 'regenerate':
      return <RegenerateForm state={state} onDone={onDone} />
    case 'export':
      return <ExportForm scope={state.scope} onDone={onDone} />
    case 'import':
      return <ImportForm scope={state.scope} onDone={onDone} />
    default:
      throw new Error(`unknown dialog ${String(dialog satisfies never)}`)
  }
}

type CredentialContentProps = { dialog: CredentialDialog; credential: UseQueryResult<Credential>; onDone: () => void }

function CredentialContent({ dialog, credential, onDone }: CredentialContentProps) {
  const [again, setAgain] = useState<{ round: number; read?: Credential | undefined }>({ round: 0 })

  // What was read is handed on with the round, or a form would begin anew on what stood before.
  async function reload(): Promise<void> {
    const { data: read } = await credential.refetch()
    setAgain({ round: again.round + 1, read })
  }

  return (
    <Loaded query={credential} skeleton={<RowsSkeleton rows={3} />}>
      {(loaded) => (
        <Content
          key={again.round}
          dialog={dialog}
          credential={again.read ?? loaded}
          onDone={onDone}
          onReload={() => void reload()}
        />
      )}
    </Loaded>
  )
}

type ContentProps = { dialog: CredentialDialog; credential: Credential; onDone: () => void; onReload: () => void }

function Content({ dialog, ...props }: ContentProps) {
  // The dialog has opened before its content was read, so its own search for the first field found nothing.
  useEffect(() => focusWhenShown(() => document.querySelector<HTMLElement>('[role="dialog"] [data-autofocus]')), [])
  switch (dialog) {
    case 'details':
      return <Details {...props} />
    case 'edit':
      return <EditForm {...props} />
    case 'permissions':
      return <Permissions {...props} />
    case 'domains':
      return <DomainsForm {...props} />
    case 'test':
      return <TestForm {...props} />
    case 'versions':
      return <Versions {...props} />
    case 'delete':
      return <DeleteCredential {...props} />
    default:
      throw new Error(`unknown dialog ${String(dialog satisfies never)}`)
  }
}

function isScopeDialog(dialog: Dialog): dialog is ScopeDialog {
  return dialog === 'new' || dialog === 'regenerate' || dialog === 'export' || dialog === 'import'
}
