import { Alert, Button, Code, Group, NativeSelect, Text, TextInput } from '@mantine/core'
import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { FormEvent } from 'react'
import { z } from 'zod'
import type { AuditRow } from '#schema/audit.ts'
import { allUsersQuery } from '../api/access.ts'
import { auditQuery, verifyAudit } from '../api/operations.ts'
import { apiPath } from '../api/client.ts'
import { itemsOf } from '../api/paged.ts'
import { count, formatTime } from '../ui/format.ts'
import { LoadMore, Loaded } from '../ui/loaded.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { type Column, RecordTable } from '../ui/record-table.tsx'

const route = getRouteApi('/signed-in/settings/audit')

/** Settings → Audit: who did what, newest first, chained by hashes. */
export function AuditList() {
  const filters = route.useSearch()
  const rows = useInfiniteQuery(auditQuery(filters))
  return (
    <>
      <PageHeader
        title="Audit"
        lead="Who did what. Rows are only ever added; each carries the hash of the one before."
        actions={<Verify />}
      />
      <Filters />
      <Loaded query={rows}>
        {({ pages }) => (
          <>
            <RecordTable
              label="Audit rows"
              rows={itemsOf(pages)}
              keyOf={({ seq }) => String(seq)}
              empty="No row fits these filters."
              columns={columns}
            />
            <LoadMore query={rows} />
          </>
        )}
      </Loaded>
    </>
  )
}

function Verify() {
  const verify = useMutation({ mutationFn: verifyAudit })
  return (
    <Group gap="sm">
      {verify.data !== undefined && (
        <Alert color={verify.data.ok ? 'green' : 'red'} py={6}>
          {verify.data.ok ? `${count(verify.data.rows, 'row')}, unbroken` : `Broken at row ${verify.data.brokenAt}`}
        </Alert>
      )}
      <Button variant="default" loading={verify.isPending} onClick={() => verify.mutate()}>
        Verify
      </Button>
      <Button component="a" href={apiPath('/audit/export')} download variant="default">
        Export
      </Button>
    </Group>
  )
}

function Filters() {
  const { actor = '', action = '', target = '' } = route.useSearch()
  const { data: users } = useQuery(allUsersQuery)
  const navigate = route.useNavigate()

  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const search = { actor: form.get('actor'), action: form.get('action'), target: form.get('target') }
    void navigate({
      search: { actor: textOf(search.actor), action: textOf(search.action), target: textOf(search.target) },
    })
  }

  return (
    <form onSubmit={submit} key={`${actor} ${action} ${target}`}>
      <Group align="flex-end" gap="sm" mb="lg">
        <NativeSelect label="Who" name="actor" defaultValue={actor} data={actorChoices(actor, users?.items ?? [])} />
        <TextInput label="Action" name="action" placeholder="integration.created" defaultValue={action} />
        <TextInput label="Target" name="target" defaultValue={target} />
        <Button type="submit" variant="default">
          Filter
        </Button>
      </Group>
    </form>
  )
}

type Choice = { value: string; label: string }

/** The chosen actor is always among them: people may still be on their way, or be gone. */
function actorChoices(chosen: string, users: readonly { id: string; name: string }[]): Choice[] {
  const choices = [
    { value: '', label: 'Anybody' },
    { value: 'system', label: 'Lockkeeper itself' },
    ...users.map(({ id, name }) => ({ value: id, label: name })),
  ]
  return choices.some(({ value }) => value === chosen) ? choices : [...choices, { value: chosen, label: chosen }]
}

const NamedThing = z.object({ kind: z.string(), name: z.string() })

const columns: Column<AuditRow>[] = [
  { head: 'When', cell: ({ at }) => <time dateTime={at}>{formatTime(at)}</time> },
  { head: 'Who', cell: ({ actor, actorName }) => actorName ?? actor },
  { head: 'Action', cell: ({ action }) => <Code style={{ whiteSpace: 'nowrap' }}>{action}</Code> },
  { head: 'Target', cell: ({ target }) => <Text size="xs">{target}</Text> },
  {
    head: 'Details',
    cell: ({ detail }) => (
      <Text size="xs" c="dimmed">
        {Object.entries(detail)
          .map(([name, value]) => `${name}: ${textOfDetail(value)}`)
          .join(' · ')}
      </Text>
    ),
  },
]

/** A thing that is told with its kind goes by its name: its id is for the export. */
function textOfDetail(value: unknown): string {
  const { data: thing } = NamedThing.safeParse(value)
  if (thing !== undefined) return `${thing.kind} “${thing.name}”`
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function textOf(value: FormDataEntryValue | null): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined
}
