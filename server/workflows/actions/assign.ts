import type { Action } from '#schema/workflow.ts'
import type { App } from '#server/app.ts'
import { insertNotifications } from '#server/credentials/notifications.ts'
import type { Tx } from '#server/db/open.ts'
import { done, failed, type Outcome, type Run } from './action.ts'
import { findRecipients } from './recipients.ts'

/** Makes somebody responsible for the page in this workflow, and tells him. */
export async function assign(
  app: Pick<App, 'clock'>,
  tx: Tx,
  run: Run,
  { to }: Extract<Action, { type: 'assign' }>,
): Promise<Outcome> {
  const { page, workflow } = run
  if (page === undefined) return failed('There is no page that somebody could be assigned to.')
  const [assignee] = await findRecipients(tx, run, [to], null)
  if (assignee === undefined)
    return failed(
      to === 'author'
        ? 'Nobody here surely is the page’s author: just one person must have the name that Confluence shows.'
        : 'The person is gone, may not sign in, or cannot see the page.',
    )
  const changed = await tx
    .updateTable('page_statuses')
    .set({ assignee_id: assignee })
    .where('document_id', '=', page.id)
    .where('workflow_id', '=', workflow.id)
    .returning('assignee_id')
    .executeTakeFirst()
  if (changed === undefined) return failed('The page is not in this workflow.')
  const news = {
    kind: 'workflow' as const,
    title: `“${page.title.slice(0, 120).toWellFormed()}” was assigned to you`,
    text: `By the workflow “${workflow.name}”.`,
    link: `/documents/${page.id}`,
  }
  await insertNotifications(tx, [assignee], news, { at: app.clock.now(), isMailed: false })
  return done()
}
