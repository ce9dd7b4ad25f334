/** Everything that can be found in a definition that could be read. Pure: what it names was looked up before. */
import type { Definition } from '#schema/workflow.ts'
import { judgeStatuses } from './check-statuses.ts'
import { judgeLabel, judgeTree, judgeTriggers } from './check-triggers.ts'
import { fault, type Finding } from './findings.ts'
import type { Judging } from './judging.ts'

export function judgeDefinition(definition: Definition, judging: Judging): Finding[] {
  return [
    ...(/\p{Cc}/u.test(definition.name) ? [fault('name', 'Control characters are not allowed in a name.')] : []),
    ...judgeApplies(definition, judging),
    ...judgeStatuses(definition),
    ...judgeWho(definition, judging),
    ...judgeTriggers(definition, judging),
  ]
}

function judgeApplies({ appliesTo }: Definition, judging: Judging): Finding[] {
  const { labels = [], trees = [] } = appliesTo ?? {}
  return [
    ...labels.flatMap((label, index) => judgeLabel(`appliesTo.labels.${index}`, label)),
    ...trees.flatMap((tree, index) => {
      const message = judgeTree(tree, judging)
      return message === undefined ? [] : [fault(`appliesTo.trees.${index}`, message)]
    }),
  ]
}

function judgeWho({ transitions = [] }: Definition, { referred }: Judging): Finding[] {
  return transitions.flatMap(({ who = [] }, index) =>
    who.flatMap((principal, place) =>
      referred.unknown.has(principal)
        ? [fault(`transitions.${index}.who.${place}`, `${principal} does not exist.`)]
        : [],
    ),
  )
}
