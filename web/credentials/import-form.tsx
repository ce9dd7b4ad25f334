import { FileInput, Group, Radio, Stack, Text } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useState } from 'react'
import { ImportCredentials, type ImportReport } from '#schema/credential.ts'
import { importCredentials } from '../api/credentials.ts'
import { FormProblem, useSubmit } from '../ui/form.tsx'
import { notifySuccess } from '../ui/notify.ts'
import { count } from '../ui/format.ts'
import { base64Of } from './base64.ts'
import { ImportTable } from './import-table.tsx'
import { useRefresh } from './refresh.ts'
import { FormActions } from '../ui/form-actions.tsx'
import { SecretField } from './secret-field.tsx'

const ImportInput = ImportCredentials.refine(({ file }) => file !== '', { path: ['file'], error: 'Choose a file.' })

type ImportValues = { chosen: File | null; file: string; passphrase: string; onConflict: string }

/** Brings exported credentials in: first shows what would become of each, then does it. */
export function ImportForm({ scope, onDone }: { scope: string; onDone: () => void }) {
  const [preview, setPreview] = useState<ImportReport>()
  const refresh = useRefresh()
  const initialValues: ImportValues = { chosen: null, file: '', passphrase: '', onConflict: 'skip' }
  const form = useForm({ initialValues })
  const { onSubmit, problem, busy } = useSubmit({
    form,
    schema: ImportInput,
    toInput: ({ file, passphrase, onConflict }) => ({ file, passphrase, onConflict, dryRun: preview === undefined }),
    send: (input) => importCredentials(scope, input),
    onDone: (report) => {
      if (report.dryRun) return setPreview(report)
      notifySuccess(`${count(taken(report), 'credential')} imported`)
      onDone()
      return refresh()
    },
  })
  const importable = preview === undefined ? 0 : taken(preview)
  return (
    <form onSubmit={onSubmit} noValidate autoComplete="off">
      <Stack>
        <Text size="sm" c="dimmed">
          Permissions and people to remind do not travel: whoever imports decides on them anew.
        </Text>
        <FileInput
          label="File"
          description="As exported from a Lockkeeper."
          placeholder="Choose a file"
          withAsterisk
          value={form.values.chosen}
          error={form.errors['file']}
          onChange={(chosen) => {
            setPreview(undefined)
            form.setFieldValue('chosen', chosen)
            void base64Of(chosen).then((file) => form.setFieldValue('file', file))
          }}
        />
        <SecretField
          label="Passphrase"
          help="The one that it was exported with."
          stored={false}
          demand={undefined}
          {...form.getInputProps('passphrase')}
          onChange={(event) => {
            setPreview(undefined)
            form.setFieldValue('passphrase', event.currentTarget.value)
          }}
        />
        <Radio.Group
          label="Where a name is taken already"
          value={form.values.onConflict}
          onChange={(onConflict) => {
            setPreview(undefined)
            form.setFieldValue('onConflict', onConflict)
          }}
        >
          <Group mt={6}>
            <Radio value="skip" label="Skip it" />
            <Radio value="rename" label="Import it under a new name" />
          </Group>
        </Radio.Group>
        {preview !== undefined && <ImportTable report={preview} />}
        <FormProblem problem={problem} />
        <FormActions
          label={preview === undefined ? 'Preview' : `Import ${count(importable, 'credential')}`}
          busy={busy}
          disabled={preview !== undefined && importable === 0}
          onCancel={onDone}
        />
      </Stack>
    </form>
  )
}

function taken({ items }: ImportReport): number {
  return items.filter(({ outcome }) => outcome === 'created' || outcome === 'renamed').length
}
