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
import { useRefresh } from './refresh.ts'
import { Row, Rows } from '../ui/rows.tsx'
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

  function choose(version: number): void {
    setChosen(version)
    ask.open()
  }

  return (
    <Stack>
      <Loaded query={versions}>
        {({ pages }) => (
          <div>
            <Rows label="Versions">
              {itemsOf(pages).map((version) => (
                <Row
                  key={version.version}
                  action={
                    version.restorable &&
                    mayRestore && (
                      <Button size="compact-sm" variant="light" mr="xs" onClick={() => choose(version.version)}>
                        Restore previous value
                      </Button>
                    )
                  }
                >
                  <VersionText version={version} />
                </Row>
              ))}
            </Rows>
            <LoadMore query={versions} />
          </div>
        )}
      </Loaded>
      <Text size="sm" c="dimmed">
        Only the value before the latest change of it is kept, until the token is rotated or re-generated.
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
        The value from before version {chosen} becomes the current one again, as a new version. The value that it has
        now can be restored in turn.
      </Confirm>
    </Stack>
  )
}

function VersionText({ version: { version, fields, by, at } }: { version: CredentialVersion }) {
  return (
    <>
      <strong>{fieldWords(fields)}</strong>
      <Text size="xs" c="dimmed">
        Version {version}, <Moment time={at} /> by {nameOf(by)}
      </Text>
    </>
  )
}
