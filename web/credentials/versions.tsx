import { Button, Group, Stack, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useInfiniteQuery, useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { Credential, CredentialVersion } from '#schema/credential.ts'
import { restoreVersion, versionsQuery } from '../api/credentials.ts'
import { itemsOf } from '../api/paged.ts'
import { Confirm } from '../ui/confirm.tsx'
import { LoadMore, Loaded } from '../ui/loaded.tsx'
import { Moment } from '../ui/moment.tsx'
import { notifySuccess } from '../ui/notify.ts'
import { type Column, RecordTable } from '../ui/record-table.tsx'
import { useRefresh } from './refresh.ts'
import { fieldWords, nameOf, reaches } from './words.ts'

type VersionsProps = { credential: Credential; onDone: () => void }

/** Who changed which fields, when; never a value. The value before the latest change of it can be put back. */
export function Versions({ credential, onDone }: VersionsProps) {
  const versions = useInfiniteQuery(versionsQuery(credential.id))
  const [asking, ask] = useDisclosure()
  const [chosen, setChosen] = useState<number>()
  const refresh = useRefresh()
  const restore = useMutation({
    mutationFn: (version: number) => restoreVersion(credential.id, version, credential.version),
    onSuccess: ({ name }) => {
      notifySuccess(`The previous value of “${name}” is back`)
      onDone()
      return refresh()
    },
    onSettled: ask.close,
  })
  const mayRestore = reaches(credential.level, 'edit')
  return (
    <Stack>
      <Loaded query={versions}>
        {({ pages }) => (
          <div>
            <RecordTable
              label="Versions"
              rows={itemsOf(pages)}
              keyOf={({ version }) => String(version)}
              empty="No version is recorded."
              columns={columnsFor(mayRestore, (version) => {
                setChosen(version)
                ask.open()
              })}
            />
            <LoadMore query={versions} />
          </div>
        )}
      </Loaded>
      <Text size="sm" c="dimmed">
        Only the value before the latest change of it is kept, as long as its key lives.
      </Text>
      <Group justify="flex-end">
        <Button variant="default" onClick={onDone} data-autofocus>
          Close
        </Button>
      </Group>
      <Confirm
        title="Restore the previous value?"
        opened={asking}
        onClose={ask.close}
        onConfirm={() => chosen !== undefined && restore.mutate(chosen)}
        confirmLabel="Restore"
        color="water"
        busy={restore.isPending}
      >
        The value from before version {chosen} becomes the present one again, as a new version. The value that it has
        now can be restored in turn.
      </Confirm>
    </Stack>
  )
}

function columnsFor(mayRestore: boolean, restore: (version: number) => void): Column<CredentialVersion>[] {
  return [
    { head: 'Version', cell: ({ version }) => version },
    { head: 'Changed', cell: ({ fields }) => fieldWords(fields) },
    { head: 'By', cell: ({ by }) => nameOf(by) },
    { head: 'When', cell: ({ at }) => <Moment time={at} /> },
    {
      head: 'Restore',
      align: 'end',
      cell: ({ version, restorable }) =>
        restorable && mayRestore ? (
          <Button size="compact-sm" variant="light" onClick={() => restore(version)}>
            Restore previous value
          </Button>
        ) : (
          <Text component="span" c="dimmed" aria-label="Not restorable">
            –
          </Text>
        ),
    },
  ]
}
