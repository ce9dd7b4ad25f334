import { addInline } from '../build/sink.ts'
import { parameter, parameterReference, type MacroHandler } from './macro.ts'

/** What a macro shows that Confluence works out when the page is read. */
const LABELS: Record<string, string> = {
  toc: 'Table of contents',
  children: 'Child pages',
  childpages: 'Child pages',
  pagetree: 'Page tree',
  pagetreesearch: 'Page tree search',
  'page-index': 'Page index',
  index: 'Page index',
  livesearch: 'Search box',
  'recently-updated': 'Recently updated',
  'recently-updated-dashboard': 'Recently updated',
  contributors: 'Contributors',
  'contributors-summary': 'Contributors',
  attachments: 'Attachments',
  'space-attachments': 'Attachments of the space',
  gallery: 'Image gallery',
  'blog-posts': 'Blog posts',
  contentbylabel: 'Content by label',
  'content-report-table': 'Content report',
  'content-by-user': 'Content by user',
  detailssummary: 'Page properties report',
  'task-report': 'Task report',
  'tasks-report-macro': 'Task report',
  'change-history': 'Change history',
  'popular-labels': 'Popular labels',
  'related-labels': 'Related labels',
  listlabels: 'Labels',
  'labels-list': 'Labels',
  favpages: 'Favourite pages',
  spaces: 'Spaces',
  'spaces-list': 'Spaces',
  'space-details': 'Space details',
  'space-jump': 'Link to a space',
  network: 'Network',
  userlister: 'Users',
  roadmap: 'Roadmap',
  'create-from-template': 'Create from template',
  decisionreport: 'Decision report',
  decisions: 'Decisions',
  'status-handy': 'Status',
}

export const LISTING_MACROS: Record<string, MacroHandler> = Object.fromEntries(
  Object.entries(LABELS).map(([name, label]) => [name, listing(label)]),
)

function listing(label: string): MacroHandler {
  return (macro, sink, build) => {
    const of = parameterReference(macro, build.context, 'page', 'root', 'parent', '')?.label ?? subject(macro)
    addInline(sink, { type: 'listing', label: of === '' ? label : `${label}: ${of}` })
  }
}

function subject(macro: Parameters<MacroHandler>[0]): string {
  return parameter(macro, 'label', 'labels', 'cql', 'buttonLabel', 'title', 'page', 'root', 'Name', 'name')
}
