import { Code, Combobox, Text, TextInput, Textarea, useCombobox } from '@mantine/core'
import { type ReactNode, useRef, useState } from 'react'
import type { EventType } from '#schema/workflow.ts'
import { useField } from './editor-context.ts'
import { referencesOf, typedReference } from './references.ts'

type ReferenceTextProps = {
  label: string
  path: string
  events: readonly EventType[]
  value: string
  onChange: (value: string) => void
  required?: boolean
  multiline?: boolean
  placeholder?: string
  description?: ReactNode
  hideLabel?: boolean
  /** Said where the field has no fault of its own. */
  error?: ReactNode
}

/** A text that may hold `${…}`: typing `$` offers what there is. */
export function ReferenceText(props: ReferenceTextProps) {
  const { label, path, events, value, onChange, required = false, multiline = false, hideLabel = false } = props
  const field = useField(path, true)
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() })
  const element = useRef<HTMLInputElement & HTMLTextAreaElement>(null)
  const [typed, setTyped] = useState<{ from: number; typed: string }>()
  const offered = typed === undefined ? [] : matching(events, typed.typed)

  function look(text: string, at: number | null): void {
    const found = at === null ? undefined : typedReference(text, at)
    setTyped(found)
    if (found === undefined) combobox.closeDropdown()
    else {
      combobox.openDropdown()
      combobox.updateSelectedOptionIndex()
    }
  }

  function insert(name: string): void {
    if (typed === undefined) return
    const reference = `\${${name}}`
    const end = typed.from + reference.length
    const after = value.slice(element.current?.selectionStart ?? value.length).replace(/^\}/, '')
    onChange(value.slice(0, typed.from) + reference + after)
    combobox.closeDropdown()
    setTyped(undefined)
    requestAnimationFrame(() => element.current?.setSelectionRange(end, end))
  }

  const Input = multiline ? Textarea : TextInput
  return (
    <Combobox store={combobox} onOptionSubmit={insert} shadow="md">
      <Combobox.Target withAriaAttributes={false}>
        <Input
          {...(hideLabel ? { 'aria-label': label } : { label })}
          {...(multiline ? { autosize: true, minRows: 2, maxRows: 12 } : {})}
          ref={element}
          required={required}
          description={props.description}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          placeholder={props.placeholder}
          autoComplete="off"
          spellCheck={multiline}
          {...field}
          error={field.error ?? props.error}
          value={value}
          aria-autocomplete="list"
          onChange={(event: { currentTarget: { value: string; selectionStart: number | null } }) => {
            const { value: text, selectionStart } = event.currentTarget
            onChange(text)
            look(text, selectionStart)
          }}
          onBlur={() => {
            field.onBlur()
            combobox.closeDropdown()
          }}
        />
      </Combobox.Target>
      <Combobox.Dropdown hidden={offered.length === 0}>
        <Combobox.Options mah={260} style={{ overflowY: 'auto' }} aria-label="What can be put in">
          {offered.map(({ name, says, example }) => (
            <Combobox.Option key={name} value={name}>
              <Code>{`\${${name}}`}</Code>{' '}
              <Text span size="xs" c="dimmed">
                {says}, such as {String(example)}
              </Text>
            </Combobox.Option>
          ))}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  )
}

function matching(events: readonly EventType[], typed: string) {
  const wanted = typed.toLowerCase()
  return referencesOf(events).filter(({ name }) => name.toLowerCase().includes(wanted))
}
