import { Anchor, Badge, Breadcrumbs, Group, Text } from '@mantine/core'
import { IconExternalLink } from '@tabler/icons-react'
import type { DocumentDetail } from '#schema/document.ts'
import { typeNames } from '../ui/document-types.ts'
import { TextLink } from '../ui/link.tsx'
import { Moment } from '../ui/moment.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { DocumentActions } from './document-actions.tsx'

/** What a document is called, where it stands, who wrote it, and what can be done with it. */
export function DocumentHeader({ document }: { document: DocumentDetail }) {
  return (
    <>
      <PageHeader
        title={document.title}
        above={<Path document={document} />}
        lead={<Facts document={document} />}
        actions={<DocumentActions document={document} />}
      />
      <Labels document={document} />
    </>
  )
}

function Path({ document }: { document: DocumentDetail }) {
  const { key, name } = document.space
  // A space and its homepage often have one name: said once.
  const [top, ...below] = document.ancestors
  const ancestors = top?.title === name ? below : document.ancestors
  return (
    <nav aria-label="Breadcrumbs">
      <Breadcrumbs separatorMargin={6} style={{ flexWrap: 'wrap', rowGap: 4 }}>
        <TextLink to="/spaces/$key" params={{ key }} size="sm">
          {name}
        </TextLink>
        {ancestors.map(({ id, title }) => (
          <TextLink key={id} to="/spaces/$key/documents/$id" params={{ key, id }} size="sm">
            {title}
          </TextLink>
        ))}
      </Breadcrumbs>
    </nav>
  )
}

function Facts({
  document: { type, isLive, author, version, updatedAt, syncedAt, url },
}: {
  document: DocumentDetail
}) {
  return (
    <Text span size="sm">
      {isLive === true ? 'Live document' : typeNames[type]}
      {author !== null && ` by ${author}`} · version {version}
      {updatedAt !== null && (
        <>
          {' '}
          · updated <Moment time={updatedAt} />
        </>
      )}{' '}
      · synced <Moment time={syncedAt} />
      {url !== null && (
        <>
          {' '}
          ·{' '}
          <Anchor href={url} rel="noopener" target="_blank" size="sm">
            Open in Confluence <IconExternalLink size={14} aria-label="(new tab)" style={{ verticalAlign: '-2px' }} />
          </Anchor>
        </>
      )}
    </Text>
  )
}

function Labels({ document: { labels, status } }: { document: DocumentDetail }) {
  if (labels.length === 0 && status === 'current') return null
  return (
    <Group gap={6} mb="md">
      {status !== 'current' && (
        <Badge color="orange" variant="light">
          {status}
        </Badge>
      )}
      {labels.map((label) => (
        <TextLink key={label} to="/search" search={{ q: label, label }} underline="never" aria-label={`Label ${label}`}>
          <Badge variant="light" tt="none" style={{ cursor: 'pointer' }}>
            {label}
          </Badge>
        </TextLink>
      ))}
    </Group>
  )
}
