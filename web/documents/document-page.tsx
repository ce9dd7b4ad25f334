import { Tabs } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type ComponentType, Suspense, lazy } from 'react'
import { documentQuery } from '../api/content.ts'
import { Loaded, RowsSkeleton } from '../ui/loaded.tsx'
import { DocumentHeader } from './document-header.tsx'
import classes from './document-page.module.css'
import { DocumentTab, documentRoute } from './place.ts'
import { TextTab } from './text-tab.tsx'
import { WaitingProposals } from './waiting-proposals.tsx'

// What is not read on every visit comes when it is asked for.
const Versions = lazy(async () => ({ default: (await import('./versions.tsx')).Versions }))
const Attachments = lazy(async () => ({ default: (await import('./attachments.tsx')).Attachments }))
const Comments = lazy(async () => ({ default: (await import('./comments.tsx')).Comments }))
const Access = lazy(async () => ({ default: (await import('./access.tsx')).Access }))

/** One document: what it is, its text, and what belongs to it. `beside`: what stands next to its text. */
export function DocumentPage({ beside: Beside }: { beside: ComponentType<{ documentId: string }> }) {
  const { id } = documentRoute.useParams()
  const { as = 'html', tab = 'text' } = documentRoute.useSearch()
  const navigate = documentRoute.useNavigate()
  const document = useQuery(documentQuery(id, 'html'))
  return (
    <Loaded query={document} skeleton={<RowsSkeleton rows={6} height={28} />}>
      {(loaded) => (
        <article aria-label={loaded.title}>
          <DocumentHeader document={loaded} />
          <WaitingProposals document={loaded} />
          <Tabs
            value={tab}
            keepMounted={false}
            onChange={(next) => void navigate({ search: { tab: DocumentTab.safeParse(next).data }, replace: true })}
          >
            <Tabs.List mb="md">
              <Tabs.Tab value="text">Text</Tabs.Tab>
              <Tabs.Tab value="versions">Versions</Tabs.Tab>
              <Tabs.Tab value="attachments">Attachments</Tabs.Tab>
              <Tabs.Tab value="comments">Comments</Tabs.Tab>
              <Tabs.Tab value="access">Access</Tabs.Tab>
            </Tabs.List>
            <Tabs.Panel value="text">
              <div className={classes.frame}>
                <div className={classes.columns}>
                  <Beside key={loaded.id} documentId={loaded.id} />
                  <div className={classes.text}>
                    <TextTab document={loaded} format={as} />
                  </div>
                </div>
              </div>
            </Tabs.Panel>
            <Suspense fallback={<RowsSkeleton rows={3} />}>
              <Tabs.Panel value="versions">
                <Versions key={loaded.id} document={loaded} />
              </Tabs.Panel>
              <Tabs.Panel value="attachments">
                <Attachments document={loaded} />
              </Tabs.Panel>
              <Tabs.Panel value="comments">
                <Comments document={loaded} />
              </Tabs.Panel>
              <Tabs.Panel value="access">
                <Access document={loaded} />
              </Tabs.Panel>
            </Suspense>
          </Tabs>
        </article>
      )}
    </Loaded>
  )
}
