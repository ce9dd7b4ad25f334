import { Badge, Button, Card, Group, NativeSelect, Stack, Text, Title } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import type { DocumentDetail, DocumentVersion } from '#schema/document.ts'
import { versionDiffQuery, versionsQuery } from '../api/document-parts.ts'
import { itemsOf } from '../api/paged.ts'
import { DiffView } from '../text/diff-view.tsx'
import { formatTime } from '../ui/format.ts'
import { LoadMore, Loaded } from '../ui/loaded.tsx'
import { Moment } from '../ui/moment.tsx'
import { Row, Rows } from '../ui/rows.tsx'
import { documentRoute } from './place.ts'

/** Who changed a document and when, and how any two of its versions differ. */
export function Versions({ document }: { document: DocumentDetail }) {
  const versions = useInfiniteQuery(versionsQuery(document.id))
  const { version, against } = documentRoute.useSearch()
  const navigate = documentRoute.useNavigate()

  function compare(next: number, other: number): void {
    void navigate({ search: { tab: 'versions', version: next, against: other }, replace: true, resetScroll: false })
  }

  return (
    <Loaded query={versions}>
      {({ pages }) => {
        const items = itemsOf(pages)
        if (items.length === 0) return <Text c="dimmed">No version is known of it.</Text>
        return (
          <Stack gap="lg">
            {version !== undefined && (
              <Comparison
                id={document.id}
                versions={items}
                latest={document.version}
                version={version}
                against={against ?? Math.max(1, version - 1)}
                onCompare={compare}
                onClose={() => void navigate({ search: { tab: 'versions' }, replace: true, resetScroll: false })}
              />
            )}
            <div>
              <Rows label="Versions">
                {items.map((item, index) => (
                  <VersionRow
                    key={item.number}
                    version={item}
                    before={items[index + 1]?.number ?? (item.number > 1 ? item.number - 1 : undefined)}
                    isPresent={item.number === document.version}
                    onCompare={compare}
                  />
                ))}
              </Rows>
              {versions.hasNextPage ? (
                <LoadMore query={versions} />
              ) : (
                <Text size="xs" c="dimmed" mt="xs">
                  {sinceWhen(items)}
                </Text>
              )}
            </div>
          </Stack>
        )
      }}
    </Loaded>
  )
}

/** Earlier versions are not listed here; Confluence has them, and they can be compared all the same. */
function sinceWhen(versions: readonly DocumentVersion[]): string {
  const first = versions.at(-1)?.number ?? 1
  if (first === 1) return ''
  return first === 2
    ? 'Version 1 came before the first sync: it can be compared; Confluence tells who wrote it.'
    : `Versions 1 to ${first - 1} came before the first sync: they can be compared; Confluence tells who wrote them.`
}

type VersionRowProps = {
  version: DocumentVersion
  before: number | undefined
  isPresent: boolean
  onCompare: (version: number, against: number) => void
}

function VersionRow({ version: { number, author, message, minorEdit, createdAt }, before, ...rest }: VersionRowProps) {
  const { isPresent, onCompare } = rest
  return (
    <Row
      action={
        before !== undefined && (
          <Button
            variant="default"
            size="xs"
            aria-label={`What changed in version ${number}`}
            onClick={() => onCompare(number, before)}
          >
            What changed
          </Button>
        )
      }
    >
      <Group gap="xs">
        <strong>Version {number}</strong>
        {isPresent && (
          <Badge variant="light" size="sm">
            current
          </Badge>
        )}
        {minorEdit && (
          <Badge variant="light" color="gray" size="sm">
            minor edit
          </Badge>
        )}
      </Group>
      {message !== '' && <Text size="sm">{message}</Text>}
      <Text size="xs" c="dimmed">
        {createdAt === null ? 'at an unknown time' : <Moment time={createdAt} />}
        {author !== null && ` by ${author}`}
      </Text>
    </Row>
  )
}

type ComparisonProps = {
  id: string
  versions: readonly DocumentVersion[]
  latest: number
  version: number
  against: number
  onCompare: (version: number, against: number) => void
  onClose: () => void
}

function Comparison({ id, versions, latest, version, against, onCompare, onClose }: ComparisonProps) {
  const diff = useQuery({ ...versionDiffQuery(id, version, against), retry: false })
  const choices = choicesOf(versions, latest)
  return (
    <Card component="section" withBorder radius="lg" aria-label="Comparison">
      <Stack gap="md">
        <Group justify="space-between" align="flex-start" gap="xs">
          <Title order={2} fz="md">
            From version {against} to {version}
          </Title>
          <Button variant="subtle" size="xs" onClick={onClose}>
            Close
          </Button>
        </Group>
        <Group gap="sm">
          <NativeSelect
            label="From"
            data={choices}
            value={String(against)}
            onChange={(event) => onCompare(version, Number(event.currentTarget.value))}
          />
          <NativeSelect
            label="To"
            data={choices}
            value={String(version)}
            onChange={(event) => onCompare(Number(event.currentTarget.value), against)}
          />
        </Group>
        <Loaded query={diff}>{(loaded) => <DiffView diff={loaded} unchanged="These versions say the same." />}</Loaded>
      </Stack>
    </Card>
  )
}

/** Every version there is, with its time where it is known. */
function choicesOf(versions: readonly DocumentVersion[], latest: number): { value: string; label: string }[] {
  const times = new Map(versions.map(({ number, createdAt }) => [number, createdAt]))
  return Array.from({ length: latest }, (_, index) => {
    const number = latest - index
    const time = times.get(number) ?? null
    return { value: String(number), label: `Version ${number}${time === null ? '' : `, ${formatTime(time)}`}` }
  })
}
