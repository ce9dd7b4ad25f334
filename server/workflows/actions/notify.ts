import type { Action } from '#schema/workflow.ts'
import type { App } from '#server/app.ts'
import { insertNotifications } from '#server/credentials/notifications.ts'
import type { Tx } from '#server/db/open.ts'
import { fillText } from '../references.ts'
import { done, failed, type Outcome, type Run } from './action.ts'
import { findRecipients } from './recipients.ts'

type Needs = Pick<App, 'clock' | 'config'>

const MOST_TITLE = 200

/** Tells people in the app, and by mail when asked and a mail server is set. */
export async function notify(
  app: Needs,
  tx: Tx,
  run: Run,
  action: Extract<Action, { type: 'notify' }>,
  assigneeId: string | null,
): Promise<Outcome> {
  const people = await findRecipients(tx, run, action.to, assigneeId)
  if (people.length === 0) return failed('Nobody it names may sign in and see this.')
  const { page, workflow } = run
  const news = {
    kind: 'workflow' as const,
    title: (page === undefined ? workflow.name : `${workflow.name}: ${page.title}`).slice(0, MOST_TITLE).toWellFormed(),
    text: fillText(action.text, run.facts),
    link: page === undefined ? '/' : `/documents/${page.id}`,
  }
  const isMailed = action.mail === true && app.config.smtp !== undefined
  await insertNotifications(tx, people, news, { at: app.clock.now(), isMailed })
  const told = people.length === 1 ? 'One person was told' : `${people.length} people were told`
  if (action.mail !== true || isMailed) return done(`${told}.`)
  return done(`${told} in the app; this server has no mail server set.`)
}
