import { DocumentPage } from '../documents/document-page.tsx'
import { PageStatusPanel } from '../page-status/panel.tsx'

/** A document, and beside it where it stands in its workflows. */
export function DocumentView() {
  return <DocumentPage beside={PageStatusPanel} />
}
