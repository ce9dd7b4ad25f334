import { Button, Checkbox, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { useDebouncedCallback, useDisclosure } from '@mantine/hooks'
import { useInfiniteQuery } from '@tanstack/react-query'
import { IconSearch, IconUsers } from '@tabler/icons-react'
import { useRef, useState } from 'react'
import type { Integration } from '#schema/integration.ts'
import type { SourceAccount } from '#schema/read-access.ts'
import { accountsQuery } from '../api/integrations.ts'
import { itemsOf } from '../api/paged.ts'
import { Face } from '../ui/faces.tsx'
import { TextLink } from '../ui/link.tsx'
import { LoadMore, Loaded } from '../ui/loaded.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { type Column, RecordTable } from '../ui/record-table.tsx'
import { IntegrationTabs } from './integration-tabs.tsx'
import { LinkAccount } from './link-account.tsx'
import { nameOf } from './state.ts'
import { UnlinkAccount } from './unlink-account.tsx'

/** Whose accounts in Confluence are whose here: by these, people read here what they may read there. */
export function PeoplePage({ integration: { id, name } }: { integration: Integration }) {
  return (
    <>
      <PageHeader
        title={`${name}: people`}
        above={
          <TextLink to="/settings/integrations" size="sm">
            ‹ Integrations
          </TextLink>
        }
      />
      <Stack gap="lg">
        <IntegrationTabs id={id} />
        <Text c="dimmed" maw={720}>
          A person reads here what the accounts linked to them may read in Confluence. Accounts that show their e-mail
          address link themselves to the person with the same one; the others you link by hand.
        </Text>
        <Accounts integrationId={id} />
      </Stack>
    </>
  )
}

/** Confluence's account ids and user keys are longer. */
const SHORTEST_ID = 12

type Asked = { account: SourceAccount; what: 'link' | 'unlink' }

function Accounts({ integrationId }: { integrationId: string }) {
  const [filters, setFilters] = useState({ q: '', unlinked: false })
  const accounts = useInfiniteQuery(accountsQuery(integrationId, filters))
  const searchSoon = useDebouncedCallback((q: string) => setFilters((previous) => ({ ...previous, q })), 250)
  const [asked, setAsked] = useState<Asked>()
  const [opened, { open, close }] = useDisclosure()
  const box = useRef<HTMLInputElement>(null)
  const ask = (account: SourceAccount, what: Asked['what']) => {
    setAsked({ account, what })
    open()
  }
  // The row that was asked about may have left the list, with the button that had the focus.
  const keepFocus = () => {
    if (document.activeElement === document.body) box.current?.focus()
  }
  return (
    <Stack gap="md">
      <Group gap="md">
        <TextInput
          ref={box}
          type="search"
          aria-label="Search accounts"
          placeholder="Name, e-mail or account id"
          style={{ flex: '1 1 220px', maxWidth: 380 }}
          maxLength={200}
          leftSection={<IconSearch size={16} aria-hidden />}
          onChange={(event) => searchSoon(event.currentTarget.value.trim())}
        />
        <Checkbox
          label="Linked to nobody"
          checked={filters.unlinked}
          onChange={({ currentTarget: { checked } }) => setFilters((previous) => ({ ...previous, unlinked: checked }))}
        />
      </Group>
      <Loaded query={accounts}>
        {({ pages }) => {
          const items = itemsOf(pages)
          if (items.length === 0) {
            const mayLink = !filters.unlinked && !accounts.isPlaceholderData
            return <Nothing {...filters} onLink={mayLink ? (id) => ask(unmet(id), 'link') : undefined} />
          }
          return (
            <div aria-busy={accounts.isPlaceholderData}>
              <RecordTable
                label="Accounts"
                rows={items}
                keyOf={({ accountId }) => accountId}
                empty=""
                columns={columnsFor(ask)}
              />
              <LoadMore query={accounts} />
            </div>
          )
        }}
      </Loaded>
      <Modal opened={opened} onClose={close} onExitTransitionEnd={keepFocus} title={asked && titleOf(asked)}>
        {asked?.what === 'link' && <LinkAccount integrationId={integrationId} account={asked.account} onDone={close} />}
        {asked?.what === 'unlink' && (
          <UnlinkAccount integrationId={integrationId} account={asked.account} onDone={close} />
        )}
      </Modal>
    </Stack>
  )
}

function titleOf({ account, what }: Asked): string {
  return what === 'link' ? `Link “${nameOf(account)}”` : `Unlink “${nameOf(account)}”?`
}

/** One that no sync has met: the site is asked about it when it is linked. */
function unmet(accountId: string): SourceAccount {
  return { accountId, name: '', email: null, user: null, linkedBy: null }
}

type NothingProps = { q: string; unlinked: boolean; onLink: ((accountId: string) => void) | undefined }

/** A search for nothing known may still be the id of an account that nothing in Confluence names yet: then `onLink` links it. */
function Nothing({ q, unlinked, onLink }: NothingProps) {
  if (q !== '') {
    return (
      <Stack gap="sm" align="flex-start">
        <Text component="output" c="dimmed">
          No account{unlinked && ' that is linked to nobody'} has “{q}” in its name or e-mail address, or as its id.
        </Text>
        {onLink !== undefined && !/[\s@]/.test(q) && q.length >= SHORTEST_ID && (
          <Button variant="default" size="xs" onClick={() => onLink(q)}>
            Link the account with the id “{q}”…
          </Button>
        )}
      </Stack>
    )
  }
  if (unlinked) {
    return (
      <Text component="output" c="dimmed">
        Every account known here is linked to somebody.
      </Text>
    )
  }
  return (
    <Face icon={<IconUsers />} title="No accounts yet">
      They appear once a sync has met them: as authors, in groups, or named in a space or a restriction.
    </Face>
  )
}

function columnsFor(ask: (account: SourceAccount, what: Asked['what']) => void): Column<SourceAccount>[] {
  return [
    {
      head: 'Account',
      cell: (account) => (
        <>
          <Text inherit fw={600}>
            {nameOf(account)}
          </Text>
          {account.name !== '' && (
            <Text size="xs" fw={400} c="dimmed">
              {account.accountId}
            </Text>
          )}
        </>
      ),
    },
    {
      head: 'E-mail',
      cell: ({ email }) => email ?? <Dimmed>hidden</Dimmed>,
    },
    {
      head: 'Person',
      cell: ({ user, linkedBy }) =>
        user === null ? (
          <Dimmed>nobody</Dimmed>
        ) : (
          <div>
            {user.name}{' '}
            <Text size="xs" c="dimmed">
              {linkedBy === 'email' ? 'by e-mail' : 'by an admin'}
            </Text>
          </div>
        ),
    },
    {
      head: 'Change',
      align: 'end',
      cell: (account) => (
        <Group gap={6} justify="flex-end" wrap="nowrap">
          {account.user !== null && (
            <Button
              variant="subtle"
              size="xs"
              color="red"
              aria-label={`Unlink ${nameOf(account)}`}
              onClick={() => ask(account, 'unlink')}
            >
              Unlink
            </Button>
          )}
          <Button
            variant="default"
            size="xs"
            aria-label={`${account.user === null ? 'Link' : 'Change'} ${nameOf(account)}…`}
            onClick={() => ask(account, 'link')}
          >
            {account.user === null ? 'Link…' : 'Change…'}
          </Button>
        </Group>
      ),
    },
  ]
}

function Dimmed({ children }: { children: string }) {
  return (
    <Text span inherit c="dimmed">
      {children}
    </Text>
  )
}
