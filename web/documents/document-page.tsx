import { Anchor, Badge, Breadcrumbs, Group, Stack, Tabs, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { IconExternalLink } from '@tabler/icons-react'
import type { ComponentType } from 'react'
import type { DocumentDetail, DocumentFormat } from '#schema/document.ts'
import { documentQuery } from '../api/content.ts'
import { typeNames } from '../ui/document-types.ts'
import { TextLink } from '../ui/link.tsx'
import { Loaded, RowsSkeleton } from '../ui/loaded.tsx'
import { Moment } from '../ui/moment.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import classes from './document-page.module.css'
import { Rendered } from './rendered.tsx'
import { Source } from './source.tsx'

const route = getRouteApi('/signed-in/spaces/$key/documents/$id')

/** One document: where it stands, who wrote it, and its body in three forms. `beside`: what stands next to its text. */
export function DocumentPage({ beside: Beside }: { beside: ComponentType<{ documentId: string }> }) {
  const { id } = route.useParams()
  const { as = 'html' } = route.useSearch()
  const document = useQuery(documentQuery(id, 'html'))
  return (
    <Loaded query={document} skeleton={<RowsSkeleton rows={6} height={28} />}>
      {(loaded) => (
        <article aria-label={loaded.title}>
          <PageHeader
            title={loaded.title}
            above={<Path document={loaded} />}
            lead={<Facts document={loaded} />}
            actions={
              loaded.url !== null && (
                <Anchor href={loaded.url} rel="noopener" target="_blank" size="sm">
                  Open in Confluence{' '}
                  <IconExternalLink size={14} aria-label="(new tab)" style={{ verticalAlign: '-2px' }} />
                </Anchor>
              )
            }
          />
          <Labels document={loaded} />
          <div className={classes.frame}>
            <div className={classes.columns}>
              <Beside key={loaded.id} documentId={loaded.id} />
              <div className={classes.text}>
                <Body document={loaded} format={as} />
              </div>
            </div>
          </div>
        </article>
      )}
    </Loaded>
  )
}

function Path({ document }: { document: DocumentDetail }) {
  const { key, name } = document.space
  return (
    <nav aria-label="Breadcrumbs">
      <Breadcrumbs separatorMargin={6} style={{ flexWrap: 'wrap' }}>
        <TextLink to="/spaces/$key" params={{ key }} size="sm">
          {name}
        </TextLink>
        {document.ancestors.map(({ id, title }) => (
          <TextLink key={id} to="/spaces/$key/documents/$id" params={{ key, id }} size="sm">
            {title}
          </TextLink>
        ))}
      </Breadcrumbs>
    </nav>
  )
}

function Facts({ document: { type, author, version, updatedAt, syncedAt } }: { document: DocumentDetail }) {
  return (
    <Text span size="sm">
      {typeNames[type]}
      {author !== null && ` by ${author}`} · version {version}
      {updatedAt !== null && (
        <>
          {' '}
          · updated <Moment time={updatedAt} />
        </>
      )}{' '}
      · synced <Moment time={syncedAt} />
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

function Body({ document, format }: { document: DocumentDetail; format: DocumentFormat }) {
  const navigate = route.useNavigate()
  return (
    <Tabs
      value={format}
      keepMounted={false}
      onChange={(next) =>
        void navigate({ search: next === 'markdown' || next === 'storage' ? { as: next } : {}, replace: true })
      }
    >
      <Tabs.List mb="lg">
        <Tabs.Tab value="html">Rendered</Tabs.Tab>
        <Tabs.Tab value="markdown">Markdown</Tabs.Tab>
        <Tabs.Tab value="storage">Storage</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="html">
        <Stack>
          {document.body.trim() === '' ? (
            <Text c="dimmed">This {typeNames[document.type].toLowerCase()} has no text.</Text>
          ) : (
            <Rendered html={document.body} />
          )}
        </Stack>
      </Tabs.Panel>
      <Tabs.Panel value="markdown">
        <Source id={document.id} format="markdown" />
      </Tabs.Panel>
      <Tabs.Panel value="storage">
        <Source id={document.id} format="storage" />
      </Tabs.Panel>
    </Tabs>
  )
}
