import { MultiSelect, NativeSelect, TagsInput, TextInput } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import { DocumentType } from '#schema/document.ts'
import { ConditionField } from '#schema/workflow.ts'
import { typeNames } from '../ui/document-types.ts'
import { IconButton } from '../ui/icon-button.tsx'
import classes from './condition-editor.module.css'
import { valueOf, withOperator } from './condition-tree.ts'
import type { Draft, DraftComparison } from './draft.ts'
import { useEditor, useField } from './editor-context.ts'
import { useTitles } from './page-list.tsx'
import { PageSelect } from './page-select.tsx'
import { fieldNames, operatorNames, operatorOf, operators } from './words.ts'

type ComparisonFieldsProps = {
  path: string
  comparison: DraftComparison
  onChange: (next: DraftComparison | undefined) => void
}

/** One comparison: field, operator, value. */
export function ComparisonFields({ path, comparison, onChange }: ComparisonFieldsProps) {
  const { draft } = useEditor()
  const operator = operatorOf(comparison)
  const hasStatuses = (draft.statuses ?? []).length > 0
  const fields = ConditionField.options.filter((field) => hasStatuses || !field.startsWith('status'))
  const possible = comparison.field === 'tree' ? operators.filter((one) => one === 'is' || one === 'isNot') : operators
  return (
    <div className={classes.comparison}>
      <NativeSelect
        size="xs"
        aria-label="Field"
        data-path={path}
        value={comparison.field}
        data={[...new Set([comparison.field, ...fields])]
          .toSorted((a, b) => order.indexOf(a) - order.indexOf(b))
          .map((value) => ({ value, label: fieldNames[value] }))}
        onChange={({ currentTarget: { value } }) => onChange({ field: ConditionField.parse(value), is: '' })}
      />
      <NativeSelect
        size="xs"
        aria-label="Operator"
        value={operator}
        data={[...new Set([operator, ...possible])].map((value) => ({ value, label: operatorNames[value] }))}
        onChange={({ currentTarget: { value } }) =>
          onChange(withOperator(comparison, operators.find((one) => one === value) ?? 'is'))
        }
      />
      <div className={classes.value}>
        <ValueField path={path} comparison={comparison} onChange={onChange} />
      </div>
      <IconButton label="Remove this condition" color="red" onClick={() => onChange(undefined)}>
        <IconTrash size={16} aria-hidden />
      </IconButton>
    </div>
  )
}

const order = Object.keys(fieldNames)

function ValueField({ path, comparison, onChange }: ComparisonFieldsProps) {
  const { draft, scope } = useEditor()
  const operator = operatorOf(comparison)
  const field = {
    size: 'xs',
    'aria-label': 'Value',
    ...useField(path, true),
    'data-path': `${path}.${operator}`,
  } as const
  const choices = choicesOf(comparison.field, draft)
  const value = valueOf(comparison)
  const set = (next: string) => onChange({ field: comparison.field, [operator]: next })
  const titles = useTitles(comparison.field === 'tree' && value !== '' ? [value] : [])
  if (comparison.field === 'tree') {
    const { size: _size, ...rest } = field
    const chosen = value === '' ? undefined : { id: value, title: titles[value] ?? 'A page' }
    return (
      <PageSelect
        key={chosen?.title}
        {...rest}
        scope={scope}
        label="Page"
        hideLabel
        chosen={chosen}
        onChoose={(document) => set(document?.id ?? '')}
      />
    )
  }
  if (operator === 'in') {
    const values = comparison.in ?? []
    const setAll = (next: string[]) => onChange({ field: comparison.field, in: next })
    return choices === undefined ? (
      <TagsInput {...field} value={values} onChange={setAll} />
    ) : (
      <MultiSelect {...field} searchable data={choices} value={values} onChange={setAll} />
    )
  }
  if (choices === undefined || operator === 'contains') {
    return (
      <TextInput
        {...field}
        autoComplete="off"
        value={value}
        onChange={({ currentTarget: { value: typed } }) => set(typed)}
      />
    )
  }
  const known = choices.some((choice) => choice.value === value)
  return (
    <NativeSelect
      {...field}
      value={value}
      data={[...(known ? [] : [{ value, label: value === '' ? 'Choose …' : value }]), ...choices]}
      onChange={({ currentTarget: { value: chosen } }) => set(chosen)}
    />
  )
}

/** What a field can be; undefined where anything may be typed. */
function choicesOf(field: ConditionField, draft: Draft): { value: string; label: string }[] | undefined {
  switch (field) {
    case 'status':
    case 'status.from':
    case 'status.to':
      return (draft.statuses ?? []).map(({ id, name }) => ({ value: id, label: name === '' ? id : name }))
    case 'type':
      return DocumentType.options.map((value) => ({ value, label: typeNames[value] }))
    case 'changed':
      return ['title', 'body', 'parent', 'labels', 'status'].map((value) => ({ value, label: value }))
    case 'space':
    case 'tree':
    case 'label':
    case 'title':
    case 'author':
      return undefined
    default:
      throw new Error(`unknown field ${String(field satisfies never)}`)
  }
}
