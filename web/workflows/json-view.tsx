import { Alert } from '@mantine/core'
import { useState } from 'react'
import { REFERENCES } from '#schema/workflow-reference.ts'
import { CodeField } from './code-field.tsx'
import { readDraft, writeDraft } from './draft.ts'
import classes from './editor.module.css'
import { useEditor, useField } from './editor-context.ts'
import { Overview } from './form-view.tsx'

/** The path under which what the JSON view cannot read is a fault. */
export const JSON_PATH = 'JSON'

type JsonViewProps = {
  /** What cannot be shown as a form yet, kept while the view is left. */
  unread: string | undefined
  onUnread: (text: string | undefined) => void
  pages: number | null
}

/** The definition as JSON. What can be read of it is in the form at once. */
export function JsonView({ unread, onUnread, pages }: JsonViewProps) {
  const { draft, change, setOwnFault } = useEditor()
  const field = useField(JSON_PATH)
  const [text, setText] = useState(() => unread ?? writeDraft(draft))
  const [read, setRead] = useState(() => writeDraft(draft))

  // Changed elsewhere: the server gives actions their ids when it saves.
  if (read !== writeDraft(draft)) {
    setRead(writeDraft(draft))
    setText(writeDraft(draft))
  }
  const reading = readDraft(text)

  function take(next: string): void {
    setText(next)
    const found = readDraft(next)
    if ('fault' in found) {
      onUnread(next)
      setOwnFault(JSON_PATH, found.fault)
      return
    }
    onUnread(undefined)
    setOwnFault(JSON_PATH, undefined)
    setRead(writeDraft(found.draft))
    change(() => found.draft)
  }

  return (
    <div className={classes.columns}>
      <div className={classes.form}>
        {'fault' in reading && (
          <Alert color="orange" mb="sm" title="The form still shows what it read last">
            {reading.fault}
          </Alert>
        )}
        <CodeField
          label="Definition as JSON"
          description="The same as the form; what is exported and imported. Press Escape, then Tab, to leave the field."
          path={JSON_PATH}
          error={undefined}
          onBlur={field.onBlur}
          value={text}
          onChange={take}
          references={REFERENCES}
          minHeight={420}
        />
      </div>
      <Overview pages={pages} asLinks={false} />
    </div>
  )
}
