import { Anchor, Badge, Text } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { IconDownload } from '@tabler/icons-react'
import type { DocumentDetail } from '#schema/document.ts'
import type { Attachment } from '#schema/document-parts.ts'
import { attachmentAddress, attachmentsQuery } from '../api/document-parts.ts'
import { itemsOf } from '../api/paged.ts'
import { formatBytes } from '../ui/format.ts'
import { LoadMore, Loaded } from '../ui/loaded.tsx'
import { Moment } from '../ui/moment.tsx'
import { type Column, RecordTable } from '../ui/record-table.tsx'
import { AttachFiles } from './attach-files.tsx'
import classes from './attachments.module.css'
import { hasText, useMayWrite } from './may-edit.ts'

/** The files of a document: which are here, why the others are not, and a way to attach more for who may write it. */
export function Attachments({ document }: { document: DocumentDetail }) {
  const { id } = document
  const attachments = useInfiniteQuery(attachmentsQuery(id))
  const mayWrite = useMayWrite(document.space.key)
  return (
    <>
      {mayWrite && hasText(document) && <AttachFiles key={id} document={document} />}
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
    </>
  )
}

function columnsOf(documentId: string): Column<Attachment>[] {
  return [
    { head: 'Name', cell: (attachment) => <Name documentId={documentId} attachment={attachment} /> },
    {
      head: 'Size',
      cell: ({ size }) => <span className={classes.whole}>{size === null ? '–' : formatBytes(size)}</span>,
    },
    { head: 'Search', cell: (attachment) => <SearchState attachment={attachment} /> },
    { head: 'By', cell: ({ author }) => <span className={classes.words}>{author ?? '–'}</span> },
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
