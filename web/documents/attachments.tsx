import { Anchor, Badge, Text } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { IconDownload } from '@tabler/icons-react'
import type { Attachment } from '#schema/document-parts.ts'
import { attachmentAddress, attachmentsQuery } from '../api/document-parts.ts'
import { itemsOf } from '../api/paged.ts'
import { formatBytes } from '../ui/format.ts'
import { LoadMore, Loaded } from '../ui/loaded.tsx'
import { Moment } from '../ui/moment.tsx'
import { type Column, RecordTable } from '../ui/record-table.tsx'

/** The files of a document: which are here, and why the others are not. */
export function Attachments({ document: { id } }: { document: { id: string } }) {
  const attachments = useInfiniteQuery(attachmentsQuery(id))
  return (
    <Loaded query={attachments}>
      {({ pages }) => (
        <div>
          <RecordTable
            label="Attachments"
            rows={itemsOf(pages)}
            keyOf={(attachment) => attachment.id}
            columns={columnsOf(id)}
            empty="Nothing is attached to it."
          />
          <LoadMore query={attachments} />
        </div>
      )}
    </Loaded>
  )
}

function columnsOf(documentId: string): Column<Attachment>[] {
  return [
    { head: 'Name', cell: (attachment) => <Name documentId={documentId} attachment={attachment} /> },
    { head: 'Size', cell: ({ size }) => (size === null ? '–' : formatBytes(size)) },
    { head: 'Search', cell: (attachment) => <SearchState attachment={attachment} /> },
    { head: 'By', cell: ({ author }) => author ?? '–' },
    { head: 'Updated', cell: ({ updatedAt }) => (updatedAt === null ? '–' : <Moment time={updatedAt} />) },
  ]
}

const FILE_WORDS = {
  waiting: 'Not fetched yet',
  stored: '',
  'too-large': 'Too large',
  failed: 'Could not be fetched',
} as const

function Name({ documentId, attachment }: { documentId: string; attachment: Attachment }) {
  const { id, name, file, fileDetail, mediaType, version, comment } = attachment
  return (
    <>
      {file === 'stored' ? (
        <Anchor href={attachmentAddress(documentId, id)} download={name} fw={600} size="sm" c="inherit">
          {name} <IconDownload size={14} aria-label="Download" style={{ verticalAlign: '-2px' }} />
        </Anchor>
      ) : (
        <Text span size="sm" fw={600}>
          {name}{' '}
          <Badge color={file === 'waiting' ? 'gray' : 'orange'} variant="light" size="sm">
            {FILE_WORDS[file]}
          </Badge>
        </Text>
      )}
      {fileDetail !== '' && (
        <Text size="xs" fw={400}>
          {fileDetail}
        </Text>
      )}
      <Text size="xs" c="dimmed" fw={400}>
        {mediaType} · version {version}
        {comment !== '' && ` · ${comment}`}
      </Text>
    </>
  )
}

const TEXT_WORDS = {
  waiting: 'Not read yet',
  extracted: 'Its text is found',
  none: 'By its name only',
  failed: 'Could not be read',
} as const

function SearchState({ attachment: { text, textDetail } }: { attachment: Attachment }) {
  return (
    <div>
      {TEXT_WORDS[text]}
      {textDetail !== '' && (
        <Text size="xs" c="dimmed">
          {textDetail}
        </Text>
      )}
    </div>
  )
}
