/** Facts with examples for what an event that did not happen has none of: so that a test can be sent without a page. */
import { REFERENCES } from '#schema/workflow-reference.ts'
import type { ActiveWorkflow } from './active.ts'
import type { Facts } from './facts.ts'
import type { RoutedEvent } from './load-facts.ts'
import { firstStatus } from './statuses.ts'

export function exampleFacts(event: RoutedEvent, workflow: ActiveWorkflow, facts: Facts): Facts {
  const first = firstStatus(workflow.definition)?.id ?? null
  const step = workflow.definition.transitions?.[0]
  const isStep = ['status.changed', 'page.approved', 'page.rejected'].includes(event.type)
  return {
    ...facts,
    page: facts.page ?? {
      id: text('page.id'),
      externalId: text('page.externalId'),
      title: text('page.title'),
      type: text('page.type'),
      url: text('page.url'),
      version: 7,
      labels: ['public'],
      author: text('page.author'),
      space: { id: workflow.spaceId ?? event.id, key: text('space.key'), name: text('space.name') },
      path: [],
    },
    pageStatus: facts.pageStatus ?? first,
    status: facts.status ?? (isStep ? { from: step?.from ?? first, to: step?.to ?? text('status.to') } : undefined),
    transition:
      facts.transition ??
      (isStep ? { name: step?.name ?? text('transition.name'), comment: text('transition.comment') } : undefined),
  }
}

function text(name: string): string {
  return String(REFERENCES.find((reference) => reference.name === name)?.example ?? '')
}
