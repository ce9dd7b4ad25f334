import { Button, Modal } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { IconPencil } from '@tabler/icons-react'
import { useState } from 'react'
import type { Group } from '#schema/access.ts'
import { groupsQuery } from '../api/access.ts'
import { itemsOf } from '../api/paged.ts'
import { count } from '../ui/format.ts'
import { IconButton } from '../ui/icon-button.tsx'
import { LoadMore, Loaded } from '../ui/loaded.tsx'
import { Day } from '../ui/moment.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { type Column, RecordTable } from '../ui/record-table.tsx'
import { GroupForm } from './group-form.tsx'

/** Settings → Groups. */
export function Groups() {
  const groups = useInfiniteQuery(groupsQuery)
  const [dialog, setDialog] = useState<Group | 'new'>()
  const close = () => setDialog(undefined)
  return (
    <>
      <PageHeader
        title="Groups"
        lead="People who get their spaces together."
        actions={<Button onClick={() => setDialog('new')}>Add group</Button>}
      />
      <Loaded query={groups}>
        {({ pages }) => (
          <>
            <RecordTable
              label="Groups"
              rows={itemsOf(pages)}
              keyOf={({ id }) => id}
              empty="No groups yet. A group saves you from naming the same people in every space."
              columns={columnsFor(setDialog)}
            />
            <LoadMore query={groups} />
          </>
        )}
      </Loaded>
      <Modal
        opened={dialog !== undefined}
        onClose={close}
        title={dialog === 'new' ? 'Add group' : `Edit ${dialog?.name}`}
      >
        {dialog !== undefined && <GroupForm group={dialog === 'new' ? undefined : dialog} onDone={close} />}
      </Modal>
    </>
  )
}

function columnsFor(edit: (group: Group) => void): Column<Group>[] {
  return [
    { head: 'Name', cell: ({ name }) => <strong>{name}</strong> },
    { head: 'Members', cell: ({ members }) => count(members.length, 'member') },
    { head: 'Since', cell: ({ createdAt }) => <Day time={createdAt} /> },
    {
      head: 'Change',
      align: 'end',
      cell: (group) => (
        <IconButton label={`Edit ${group.name}`} onClick={() => edit(group)}>
          <IconPencil size={18} stroke={1.7} aria-hidden />
        </IconButton>
      ),
    },
  ]
}
