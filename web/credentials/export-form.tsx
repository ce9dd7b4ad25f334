import { Alert, Button, Group, Stack } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useState } from 'react'
import { z } from 'zod'
import { Passphrase } from '#schema/credential.ts'
import { exportCredentials } from '../api/credentials.ts'
import { FormProblem, useSubmit } from '../ui/form.tsx'
import { count } from '../ui/format.ts'
import { notifySuccess } from '../ui/notify.ts'
import { FormActions } from '../ui/form-actions.tsx'
import { SecretField } from './secret-field.tsx'

const ExportInput = z
  .object({ passphrase: Passphrase, again: z.string() })
  .refine(({ passphrase, again }) => passphrase === again, {
    path: ['again'],
    error: 'This is not the same passphrase.',
  })

/** Takes the scope's credentials away in a file that only its passphrase opens. */
export function ExportForm({ scope, onDone }: { scope: string; onDone: () => void }) {
  const [incomplete, setIncomplete] = useState<Exported>()
  const form = useForm({ initialValues: { passphrase: '', again: '' } })
  const { onSubmit, problem, busy } = useSubmit({
    form,
    schema: ExportInput,
    toInput: (values) => values,
    send: ({ passphrase }) => exportCredentials(scope, passphrase),
    onDone: (made) => {
      saveFile(made.blob, made.name)
      if (made.leftOut > 0) return setIncomplete(made)
      notifySuccess(`${count(made.exported, 'credential')} exported`, 'The file is among your downloads.')
      onDone()
    },
  })
  if (incomplete !== undefined) return <Incomplete exported={incomplete} onDone={onDone} />
  return (
    <form onSubmit={onSubmit} noValidate autoComplete="off">
      <Stack>
        <Alert color="orange" title="The file holds every secret of this scope">
          It is encrypted under the passphrase, and nothing else protects it: choose a long one, and keep the two apart.
          Without it the file is worthless.
        </Alert>
        <SecretField
          label="Passphrase"
          help="At least 12 characters."
          stored={false}
          demand={undefined}
          data-autofocus
          {...form.getInputProps('passphrase')}
        />
        <SecretField label="Passphrase again" stored={false} demand={undefined} {...form.getInputProps('again')} />
        <FormProblem problem={problem} />
        <FormActions label="Export" busy={busy} onCancel={onDone} />
      </Stack>
    </form>
  )
}

type Exported = Awaited<ReturnType<typeof exportCredentials>>

function Incomplete({ exported: { exported, leftOut, names }, onDone }: { exported: Exported; onDone: () => void }) {
  return (
    <Stack>
      <Alert color="orange" title={`${count(leftOut, 'credential')} left out`}>
        {count(exported, 'credential')} exported; the file is among your downloads. Left out, because their value cannot
        be opened: {names.join(', ')}
        {leftOut > names.length && ` and ${leftOut - names.length} more`}. Enter their values again, then export once
        more.
      </Alert>
      <Group justify="flex-end">
        <Button onClick={onDone}>Close</Button>
      </Group>
    </Stack>
  )
}

function saveFile(blob: Blob, name: string): void {
  const address = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  URL.revokeObjectURL(address)
}
