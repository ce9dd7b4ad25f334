import { jiraIssueUrl } from '../addresses.ts'
import { addLink } from '../build/html-inlines.ts'
import { addMention } from '../build/link.ts'
import { addInline, flush, type Build, type Sink } from '../build/sink.ts'
import type { Colour } from '../tree.ts'
import { parameter, parameterReference, type Macro, type MacroHandler } from './macro.ts'

const COLOURS = new Map<string, Colour>(
  Object.entries<Colour>({
    grey: 'grey',
    gray: 'grey',
    neutral: 'grey',
    purple: 'purple',
    blue: 'blue',
    red: 'red',
    yellow: 'yellow',
    green: 'green',
  }),
)

/** Macros that stand in a sentence. */
export const INLINE_MACROS: Record<string, MacroHandler> = {
  status: (macro, sink) => {
    const value = parameter(macro, 'title')
    const colour = COLOURS.get(parameter(macro, 'colour', 'color').toLowerCase()) ?? 'grey'
    if (value !== '') addInline(sink, { type: 'status', colour, value })
  },
  anchor: (macro, sink) => {
    const id = parameter(macro, '', 'name')
    if (id !== '') addInline(sink, { type: 'anchor', id })
  },
  jira: jira,
  jiraissues: jira,
  profile: profile,
  'profile-picture': profile,
}

function jira(macro: Macro, sink: Sink, build: Build): void {
  const key = parameter(macro, 'key', '')
  if (/^[A-Za-z][A-Za-z0-9_]*-\d+$/.test(key)) {
    const server = parameter(macro, 'server')
    // Issues of another tracker are linked through an application link that only the site can resolve.
    const own = server === '' || /^system jira$/i.test(server)
    return addLink(sink, build, own ? jiraIssueUrl(build.context, key) : undefined, [{ type: 'text', value: key }])
  }
  const query = parameter(macro, 'jqlQuery', 'jqlquery', 'url', 'key', '')
  const count = parameter(macro, 'count') === 'true'
  // A query is drawn as a table, unless it stands in a sentence.
  if (!sink.inLine) flush(sink)
  addInline(sink, { type: 'listing', label: `${count ? 'Number of Jira issues' : 'Jira issues'}: ${query}` })
  if (!sink.inLine) flush(sink)
}

function profile(macro: Macro, sink: Sink, build: Build): void {
  const reference = parameterReference(macro, build.context, 'user', 'User', '')
  addMention(sink, reference?.label || parameter(macro, 'user', 'User', '') || 'unknown')
}
