import { Alert, Button, Code, CopyButton, Group, Modal, Stack, Text } from '@mantine/core'
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { IconKey, IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import type { ApiKey } from '#schema/access.ts'
import { apiKeysQuery, deleteApiKey } from '../api/access.ts'
import { itemsOf } from '../api/paged.ts'
import { Confirm } from '../ui/confirm.tsx'
import { Face } from '../ui/faces.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { LoadMore, Loaded } from '../ui/loaded.tsx'
import { Day, Moment } from '../ui/moment.tsx'
import { notifySuccess } from '../ui/notify.ts'
import { PageHeader } from '../ui/page-header.tsx'
import { type Column, RecordTable } from '../ui/record-table.tsx'
import { ApiKeyForm } from './api-key-form.tsx'
import { scopeNames } from './scope-names.ts'

/** The person's own API keys. */
export function ApiKeys() {
  const keys = useInfiniteQuery(apiKeysQuery)
  const [adding, setAdding] = useState(false)
  const [created, setCreated] = useState<string>()
  const [doomed, setDoomed] = useState<ApiKey>()
  return (
    <>
      <PageHeader
        title="API keys"
        lead="For scripts, the command line and AI agents: they act as you, with your permissions."
        actions={<Button onClick={() => setAdding(true)}>Add API key</Button>}
      />
      <Stack>
        {created !== undefined && <Created secret={created} onClose={() => setCreated(undefined)} />}
        <Loaded query={keys}>
          {({ pages }) => {
            const items = itemsOf(pages)
            if (items.length === 0) {
              return (
                <Face icon={<IconKey />} title="No API keys yet">
                  Send one as <code>Authorization: Bearer</code> to everything under <code>/api/v1</code>.
                </Face>
              )
            }
            return (
              <>
                <RecordTable
                  label="API keys"
                  rows={items}
                  keyOf={({ id }) => id}
                  empty=""
                  columns={columnsFor(setDoomed)}
                />
                <LoadMore query={keys} />
              </>
            )
          }}
        </Loaded>
      </Stack>
      <Modal opened={adding} onClose={() => setAdding(false)} title="Add API key">
        <ApiKeyForm
          onCancel={() => setAdding(false)}
          onDone={(key) => {
            setAdding(false)
            setCreated(key)
          }}
        />
      </Modal>
      <Revoke doomed={doomed} onClose={() => setDoomed(undefined)} />
    </>
  )
}

function Created({ secret, onClose }: { secret: string; onClose: () => void }) {
  return (
    <Alert
      color="green"
      title="Copy the key now: it is not shown again"
      withCloseButton
      closeButtonLabel="Dismiss"
      onClose={onClose}
    >
      <Group gap="sm">
        <Code style={{ overflowWrap: 'anywhere' }}>{secret}</Code>
        <CopyButton value={secret}>
          {({ copied, copy }) => (
            <Button size="xs" variant="default" onClick={copy}>
              {copied ? 'Copied' : 'Copy'}
            </Button>
          )}
        </CopyButton>
      </Group>
    </Alert>
  )
}

function Revoke({ doomed, onClose }: { doomed: ApiKey | undefined; onClose: () => void }) {
  const queryClient = useQueryClient()
  const remove = useMutation({
    mutationFn: deleteApiKey,
    onSuccess: () => {
      notifySuccess('The API key was deleted')
      onClose()
      return queryClient.invalidateQueries({ queryKey: ['api-keys'] })
    },
  })
  return (
    <Confirm
      title={`Delete “${doomed?.name}”?`}
      opened={doomed !== undefined}
      onClose={onClose}
      onConfirm={() => doomed !== undefined && remove.mutate(doomed.id)}
      confirmLabel="Delete API key"
      busy={remove.isPending}
    >
      <Text>Whatever uses it is refused from then on.</Text>
    </Confirm>
  )
}

function columnsFor(remove: (key: ApiKey) => void): Column<ApiKey>[] {
  return [
    { head: 'Name', cell: ({ name }) => <strong>{name}</strong> },
    { head: 'Begins with', cell: ({ start }) => <code>{start}…</code> },
    { head: 'May', cell: ({ scopes }) => scopes.map((scope) => scopeNames[scope]).join(', ') },
    { head: 'Expires', cell: ({ expiresAt }) => (expiresAt === null ? 'never' : <Day time={expiresAt} />) },
    { head: 'Last used', cell: ({ lastUsedAt }) => (lastUsedAt === null ? 'never' : <Moment time={lastUsedAt} />) },
    {
      head: 'Delete',
      align: 'end',
      cell: (key) => (
        <IconButton label={`Delete ${key.name}`} color="red" onClick={() => remove(key)}>
          <IconTrash size={18} stroke={1.7} aria-hidden />
        </IconButton>
      ),
    },
  ]
}
