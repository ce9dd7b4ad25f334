import { Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { UsedBy } from '#schema/credential.ts'
import { usageQuery } from '../api/credentials.ts'
import { count } from '../ui/format.ts'
import { Loaded, RowsSkeleton } from '../ui/loaded.tsx'
import { Moment } from '../ui/moment.tsx'
import { wordsOfUse } from './words.ts'

/** Where a credential is used, and when, by what and against which host it last was. */
export function UsagePanel({ id }: { id: string }) {
  const usage = useQuery(usageQuery(id))
  return (
    <Stack component="section" gap="xs" aria-label="Where used">
      <Title order={3} fz="sm">
        Where used
      </Title>
      <Loaded query={usage} skeleton={<RowsSkeleton rows={1} height={40} />}>
        {({ usedBy, hidden, lastUsedAt, lastUsedBy, lastUsedHost }) => (
          <>
            <UsedByList usedBy={usedBy} hidden={hidden} none="Nothing uses it." />
            <Text size="sm">
              {lastUsedAt === null ? (
                'It was never used.'
              ) : (
                <>
                  Last used <Moment time={lastUsedAt} />
                  {lastUsedBy !== null && ` by ${lastUsedBy}`}
                  {lastUsedHost !== null && ` against ${lastUsedHost}`}.
                </>
              )}
            </Text>
          </>
        )}
      </Loaded>
    </Stack>
  )
}

type UsedByListProps = { usedBy: readonly UsedBy[]; hidden: number; none: string }

/** What uses a credential; what the viewer may not see is only counted. */
export function UsedByList({ usedBy, hidden, none }: UsedByListProps) {
  if (usedBy.length === 0 && hidden === 0) return <Text size="sm">{none}</Text>
  return (
    <Text size="sm" component="ul" m={0} ps="lg">
      {usedBy.map((use) => (
        <li key={`${use.kind} ${use.id}`}>{wordsOfUse(use)}</li>
      ))}
      {hidden > 0 && (
        <li>
          {usedBy.length > 0 && 'and '}
          {count(hidden, 'thing')} that you may not see
        </li>
      )}
    </Text>
  )
}
