import { Button } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { SigningSecret } from '#schema/workflow-api.ts'
import { renewSigningSecret } from '../api/workflows.ts'
import { Confirm } from '../ui/confirm.tsx'
import { SigningDialog } from './signing-dialog.tsx'

/** Makes another signing secret for one action. */
export function RenewSigning({ workflowId, actionId }: { workflowId: string; actionId: string }) {
  const [asking, ask] = useDisclosure()
  const [made, setMade] = useState<SigningSecret>()
  const renew = useMutation({
    mutationFn: () => renewSigningSecret(workflowId, actionId),
    gcTime: 0,
    onSuccess: (secret) => {
      ask.close()
      setMade(secret)
    },
  })
  return (
    <>
      <Button variant="default" size="xs" onClick={ask.open}>
        Renew signing secret
      </Button>
      <Confirm
        title="Renew the signing secret?"
        opened={asking}
        onClose={ask.close}
        onConfirm={() => renew.mutate()}
        confirmLabel="Renew"
        color="water"
        busy={renew.isPending}
      >
        For 24 hours messages are signed by the former secret too, so that the receiver can be changed meanwhile. After
        that, it is void.
      </Confirm>
      <SigningDialog
        secrets={made === undefined ? [] : [made]}
        actionNames={{ [actionId]: 'The new secret of this action' }}
        onClose={() => setMade(undefined)}
      />
    </>
  )
}
