import type { CompletionContext, CompletionResult } from '@codemirror/autocomplete'
import type { WorkflowReference } from '#schema/workflow-reference.ts'
import { typedReference } from './references.ts'

/** Offers `${…}` where a `$` has been typed. */
export function completeReference(references: () => readonly WorkflowReference[]) {
  return (context: CompletionContext): CompletionResult | null => {
    const line = context.state.doc.lineAt(context.pos)
    const found = typedReference(line.text, context.pos - line.from)
    if (found === undefined) return null
    const isClosed = line.text[context.pos - line.from] === '}'
    return {
      from: line.from + found.from,
      to: context.pos + (isClosed ? 1 : 0),
      filter: false,
      options: references()
        .filter(({ name }) => name.toLowerCase().includes(found.typed.toLowerCase()))
        .map(({ name, says, type }) => ({ label: `\${${name}}`, detail: `${says}${typeWords[type]}` })),
    }
  }
}

const typeWords: Record<WorkflowReference['type'], string> = { string: '', number: ' (number)', strings: ' (list)' }
