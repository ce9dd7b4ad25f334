import { Button, Checkbox, Group as Row, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { type Group, NewGroup } from '#schema/access.ts'
import { addGroup, changeGroup, deleteGroup, usersQuery } from '../api/access.ts'
import { itemsOf } from '../api/paged.ts'
import { Confirm } from '../ui/confirm.tsx'
import { FormProblem, useSubmit } from '../ui/form.tsx'
import { LoadMore, Loaded } from '../ui/loaded.tsx'
import { notifySuccess } from '../ui/notify.ts'

/** Makes a group, or changes one. */
export function GroupForm({ group, onDone }: { group: Group | undefined; onDone: () => void }) {
  const queryClient = useQueryClient()
  const users = useInfiniteQuery(usersQuery)
  const [asking, setAsking] = useState(false)
  const form = useForm({ initialValues: { name: group?.name ?? '', members: group?.members ?? [] } })

  function done(title: string): Promise<void> {
    notifySuccess(title)
    onDone()
    return queryClient.invalidateQueries({ queryKey: ['groups'] })
  }

  const { onSubmit, problem, busy } = useSubmit({
    form,
    schema: NewGroup,
    toInput: (values) => values,
    send: (input) => (group === undefined ? addGroup(input) : changeGroup(group.id, input)),
    onDone: ({ name }) => done(group === undefined ? `“${name}” was added` : `“${name}” was updated`),
  })
  const remove = useMutation({
    mutationFn: deleteGroup,
    onSuccess: () => done(`“${group?.name}” was deleted`),
  })
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack>
        <FormProblem problem={problem} />
        <TextInput label="Name" required autoComplete="off" data-autofocus {...form.getInputProps('name')} />
        <Loaded query={users}>
          {({ pages }) => (
            <Checkbox.Group label="Members" {...form.getInputProps('members')}>
              <Stack gap="xs" mt={6}>
                {itemsOf(pages).map(({ id, name, email }) => (
                  <Checkbox key={id} value={id} label={name} description={email} />
                ))}
              </Stack>
              <LoadMore query={users} />
            </Checkbox.Group>
          )}
        </Loaded>
        <Row justify={group === undefined ? 'flex-end' : 'space-between'}>
          {group !== undefined && (
            <Button variant="subtle" color="red" onClick={() => setAsking(true)}>
              Delete
            </Button>
          )}
          {group === undefined && (
            <Button variant="default" onClick={onDone}>
              Cancel
            </Button>
          )}
          <Button type="submit" loading={busy}>
            {group === undefined ? 'Add' : 'Update'}
          </Button>
        </Row>
      </Stack>
      {group !== undefined && (
        <Confirm
          title={`Delete “${group.name}”?`}
          opened={asking}
          onClose={() => setAsking(false)}
          onConfirm={() => remove.mutate(group.id)}
          confirmLabel="Delete group"
          busy={remove.isPending}
        >
          Its members lose the spaces that they had only through this group.
        </Confirm>
      )}
    </form>
  )
}
