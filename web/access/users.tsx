import { Badge, Button, Group, Modal, Text } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { IconPencil } from '@tabler/icons-react'
import { useState } from 'react'
import type { User } from '#schema/access.ts'
import { meQuery, usersQuery } from '../api/access.ts'
import { itemsOf } from '../api/paged.ts'
import { IconButton } from '../ui/icon-button.tsx'
import { LoadMore, Loaded } from '../ui/loaded.tsx'
import { Day } from '../ui/moment.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { type Column, RecordTable } from '../ui/record-table.tsx'
import { AddUserForm } from './add-user-form.tsx'
import { EditUserForm } from './edit-user-form.tsx'

/** Settings → Users. */
export function Users() {
  const { data: me } = useQuery(meQuery)
  const users = useInfiniteQuery(usersQuery)
  const [dialog, setDialog] = useState<User | 'new'>()
  const close = () => setDialog(undefined)
  return (
    <>
      <PageHeader
        title="Users"
        lead="Who may sign in. Admins run Lockkeeper; members see the spaces they belong to."
        actions={<Button onClick={() => setDialog('new')}>Add user</Button>}
      />
      <Loaded query={users}>
        {({ pages }) => (
          <>
            <RecordTable
              label="Users"
              rows={itemsOf(pages)}
              keyOf={({ id }) => id}
              empty="Nobody yet."
              columns={columnsFor(setDialog)}
            />
            <LoadMore query={users} />
          </>
        )}
      </Loaded>
      <Modal
        opened={dialog !== undefined}
        onClose={close}
        title={dialog === 'new' ? 'Add user' : `Edit ${dialog?.name}`}
      >
        {dialog === 'new' && <AddUserForm onDone={close} />}
        {dialog !== undefined && dialog !== 'new' && (
          <EditUserForm user={dialog} isSelf={dialog.id === me?.user.id} onDone={close} />
        )}
      </Modal>
    </>
  )
}

function columnsFor(edit: (user: User) => void): Column<User>[] {
  return [
    {
      head: 'Name',
      cell: ({ name, disabled }) => (
        <Group gap={6}>
          <Text span inherit fw={600}>
            {name}
          </Text>
          {disabled && (
            <Badge color="gray" variant="light">
              Disabled
            </Badge>
          )}
        </Group>
      ),
    },
    { head: 'E-mail', cell: ({ email }) => email },
    { head: 'Role', cell: ({ role }) => (role === 'admin' ? 'Admin' : 'Member') },
    { head: 'Since', cell: ({ createdAt }) => <Day time={createdAt} /> },
    {
      head: 'Change',
      align: 'end',
      cell: (user) => (
        <IconButton label={`Edit ${user.name}`} onClick={() => edit(user)}>
          <IconPencil size={18} stroke={1.7} aria-hidden />
        </IconButton>
      ),
    },
  ]
}
