import { Input, SegmentedControl } from '@mantine/core'
import { useEffect, useState } from 'react'
import { z } from 'zod'
import { CodeField } from './code-field.tsx'
import { useEditor, useField } from './editor-context.ts'
import { ReferenceText } from './reference-text.tsx'
import { referencesOf } from './references.ts'
import type { WebhookFieldsProps } from './webhook-fields.tsx'

type Kind = 'none' | 'json' | 'text'

/** What the request carries: nothing, JSON with values put in as values, or text. */
export function BodyFields(props: WebhookFieldsProps) {
  const { path, events, action, onChange } = props
  const kind = kindOf(action)

  function choose(next: Kind): void {
    const { body: _body, text: _text, ...rest } = action
    if (next === 'json') onChange({ ...rest, body: { title: '${page.title}', url: '${page.url}' } })
    else if (next === 'text') onChange({ ...rest, text: '' })
    else onChange(rest)
  }

  return (
    <div>
      <Input.Label component="div">Body</Input.Label>
      <div>
        <SegmentedControl
          size="xs"
          mb="xs"
          aria-label="Kind of body"
          value={kind}
          data={[
            { value: 'none', label: 'None' },
            { value: 'json', label: 'JSON' },
            { value: 'text', label: 'Text' },
          ]}
          onChange={(value) => choose(value === 'json' || value === 'text' ? value : 'none')}
        />
      </div>
      {kind === 'json' && <JsonBody {...props} />}
      {kind === 'text' && (
        <ReferenceText
          label="Text of the body"
          hideLabel
          multiline
          path={`${path}.text`}
          events={events}
          value={action.text ?? ''}
          onChange={(text) => onChange({ ...action, text })}
        />
      )}
    </div>
  )
}

const Json = z.json()

function JsonBody({ path, events, action, onChange }: WebhookFieldsProps) {
  const { setOwnFault } = useEditor()
  const field = useField(`${path}.body`, true)
  const [text, setText] = useState(() => JSON.stringify(action.body, null, 2))
  const [read, setRead] = useState(action.body)

  // Changed elsewhere, such as in the JSON view.
  if (JSON.stringify(read) !== JSON.stringify(action.body)) {
    setRead(action.body)
    setText(JSON.stringify(action.body, null, 2))
  }
  useEffect(() => () => setOwnFault(`${path}.body`, undefined), [path, setOwnFault])

  function take(next: string): void {
    setText(next)
    const parsed = Json.safeParse(tryParse(next))
    setOwnFault(`${path}.body`, parsed.success ? undefined : 'This is not JSON yet.')
    if (!parsed.success) return
    setRead(parsed.data)
    onChange({ ...action, body: parsed.data })
  }

  return (
    <CodeField
      label="JSON body"
      description="Type $ within a string to put in a value. It stays a value: a title cannot break out of its string. Press Escape, then Tab, to leave the field."
      path={`${path}.body`}
      error={field.error}
      onBlur={field.onBlur}
      value={text}
      onChange={take}
      references={referencesOf(events)}
      minHeight={120}
    />
  )
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function kindOf({ body, text }: WebhookFieldsProps['action']): Kind {
  if (body !== undefined) return 'json'
  return text === undefined ? 'none' : 'text'
}
