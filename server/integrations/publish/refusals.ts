/** What Confluence said no to, in a person's words. */
import { isBadMarkup, isTitleClash } from '#server/connectors/confluence/push-outcome.ts'
import { Problem, Upstream } from '#server/platform/problem.ts'

type About = { title: string; spaceName: string; integrationName: string }

/** The Problem of a refused write; what is none of the caller's doing stays as it was. */
export function refusalOf(error: unknown, about: About): unknown {
  if (isTitleClash(error)) return titleTaken(about)
  if (isBadMarkup(error))
    return field(
      422,
      'invalid-storage',
      'storage',
      'Confluence does not take this markup: it is not well-formed XHTML.',
    )
  if (error instanceof Upstream && error.code === 'forbidden')
    return new Problem(
      422,
      'source-forbids',
      `Confluence does not let the account of “${about.integrationName}” change “${about.title}”. Give it the permission there.`,
    )
  if (error instanceof Upstream && error.code === 'not-found')
    return new Problem(
      409,
      'gone',
      `Confluence does not find “${about.title}”, or what it was to stand at: deleted meanwhile, or hidden from the account of “${about.integrationName}”.`,
    )
  return error
}

/** It is in another space now than here. `title`: as stored, never as it is there: its readers are others now. */
export function movedAway(title: string): Problem {
  return new Problem(
    409,
    'moved',
    `“${title}” was moved to another space in Confluence. Sync first, then look for it there.`,
  )
}

export function titleTaken({ title, spaceName }: Pick<About, 'title' | 'spaceName'>): Problem {
  const message = `Another page of the space “${spaceName}” has the title “${title}” already. Choose another one.`
  return field(409, 'title-taken', 'title', message)
}

export function field(status: number, code: string, path: string, message: string): Problem {
  return new Problem(status, code, message, { errors: [{ path, message }] })
}
