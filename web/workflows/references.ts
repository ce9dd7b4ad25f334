import { REFERENCES, type WorkflowReference, hasReference } from '#schema/workflow-reference.ts'
import type { EventType } from '#schema/workflow.ts'

/** References that every one of the events has: what one of them lacks would be empty now and then. */
export function referencesOf(events: readonly EventType[]): WorkflowReference[] {
  return REFERENCES.filter((reference) => events.every((event) => hasReference(event, reference)))
}

/** The reference that is being typed right before `at`: where its `$` stands, and what has been typed of its name. */
export function typedReference(text: string, at: number): { from: number; typed: string } | undefined {
  const match = /\$(?:\{([\w.]*))?$/.exec(text.slice(0, at))
  if (match === null) return undefined
  // $${ is a literal ${.
  if (match.index > 0 && text[match.index - 1] === '$') return undefined
  return { from: match.index, typed: match[1] ?? '' }
}

/** The text with each reference replaced by its example, as it would stand in a URL. */
export function withExamples(url: string): string {
  return url.replaceAll(/(?<!\$)\$\{([\w.]+)\}/g, (whole, name: string) => {
    const reference = REFERENCES.find((one) => one.name === name)
    return reference === undefined ? whole : encodeURIComponent(String(reference.example))
  })
}
