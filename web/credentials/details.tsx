import { Button, Code, Group, Stack } from '@mantine/core'
import type { Credential } from '#schema/credential.ts'
import { formatDate } from '../ui/format.ts'
import { Moment } from '../ui/moment.tsx'
import { DomainSummary } from './domain-names.tsx'
import { Facts } from '../ui/facts.tsx'
import { usePlace } from './place.ts'
import { StateBadge } from './state-badge.tsx'
import { UsagePanel } from './usage.tsx'
import { headerPreview, kindNames, levelNames, nameOf, reaches } from './words.ts'

/** All that may be told of a credential, and where it is used. */
export function Details({ credential, onDone }: { credential: Credential; onDone: () => void }) {
  const { open } = usePlace()
  const { kind, header, username, domains, allowHttp, expiresAt, expiryPolicy, remind, level } = credential
  const lost = credential.state === 'needs-re-entry' && reaches(level, 'edit')
  return (
    <Stack>
      <Facts
        facts={[
          ['State', <StateBadge key="state" credential={credential} detailed />],
          ['Kind', kindNames[kind]],
          ...(username === null ? [] : [fact('Username', username)]),
          ['Sent as', <Code key="header">{headerPreview(kind, header ?? '')}</Code>],
          ['Domains', <DomainSummary key="domains" domains={domains} shown={100} />],
          ['http', allowHttp ? 'Allowed: the secret may travel in clear text.' : 'Not allowed'],
          ['Expires', expiresAt === null ? 'never' : `${formatDate(expiresAt)}, then ${policyWords[expiryPolicy]}`],
          ...(remind.length === 0 ? [] : [fact('Reminded', remind.map(nameOf).join(', '))]),
          ['You may', levelNames[level].toLowerCase()],
          ['Created', <When key="created" time={credential.createdAt} by={nameOf(credential.createdBy)} />],
          ['Changed', <When key="changed" time={credential.updatedAt} by={nameOf(credential.updatedBy)} />],
        ]}
      />
      <UsagePanel id={credential.id} />
      <Group justify="flex-end">
        {lost && <Button onClick={() => open('edit', credential.id)}>Re-enter value</Button>}
        <Button variant="default" onClick={onDone} data-autofocus>
          Close
        </Button>
      </Group>
    </Stack>
  )
}

const policyWords = { warn: 'it is marked but still sent', block: 'it is not sent any more' }

function fact(name: string, value: string): [string, string] {
  return [name, value]
}

function When({ time, by }: { time: string; by: string }) {
  return (
    <>
      <Moment time={time} /> by {by}
    </>
  )
}
