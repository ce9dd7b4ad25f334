import { Button, Code, Group, Input, NativeSelect, Text } from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import { IconButton } from '../ui/icon-button.tsx'
import classes from './condition-editor.module.css'
import { ComparisonFields } from './comparison-fields.tsx'
import { type GroupKind, conditionOf, groupOf, partPath } from './condition-tree.ts'
import type { DraftCondition } from './draft.ts'
import { replaced } from './edit.ts'
import { useField } from './editor-context.ts'

/** Deeper ones are shown as JSON, which can be edited in the JSON view. */
const MAX_DEPTH = 4

type ConditionSectionProps = {
  path: string
  condition: DraftCondition | undefined
  onChange: (next: DraftCondition | undefined) => void
}

/** The conditions of a trigger; without any it always fires. */
export function ConditionSection({ path, condition, onChange }: ConditionSectionProps) {
  const { error } = useField(path)
  return (
    <Input.Wrapper label="If" labelElement="div" error={error}>
      {condition === undefined ? (
        <Group gap="sm">
          <Text size="sm" c="dimmed">
            Always.
          </Text>
          <Button
            variant="default"
            size="xs"
            data-path={path}
            leftSection={<IconPlus size={14} aria-hidden />}
            onClick={() => onChange({ all: [{ field: 'status.to', is: '' }] })}
          >
            Add condition
          </Button>
        </Group>
      ) : (
        <ConditionEditor path={path} condition={asGroup(condition)} depth={1} onChange={onChange} />
      )}
    </Input.Wrapper>
  )
}

type ConditionEditorProps = {
  path: string
  condition: DraftCondition
  depth: number
  onChange: (next: DraftCondition | undefined) => void
}

const kinds: Record<GroupKind, string> = { all: 'All of these', any: 'At least one of these', not: 'None of these' }

function ConditionEditor({ path, condition, depth, onChange }: ConditionEditorProps) {
  const group = groupOf(condition)
  if (group === undefined) {
    return 'field' in condition ? <ComparisonFields path={path} comparison={condition} onChange={onChange} /> : null
  }
  if (depth > MAX_DEPTH) return <TooDeep condition={condition} onRemove={() => onChange(undefined)} />
  const { kind, parts } = group
  const set = (next: DraftCondition[]) => onChange(next.length === 0 ? undefined : conditionOf({ kind, parts: next }))
  return (
    <fieldset className={classes.group} aria-label={kinds[kind]} data-depth={depth % 2}>
      <Group gap="xs" wrap="nowrap" justify="space-between">
        <NativeSelect
          size="xs"
          aria-label="How the conditions are joined"
          data-path={path}
          value={kind}
          data={Object.entries(kinds).map(([value, label]) => ({ value, label }))}
          onChange={({ currentTarget: { value } }) => onChange(conditionOf({ kind: kindOf(value), parts }))}
        />
        <IconButton
          label={depth === 1 ? 'Remove all conditions' : 'Remove this group'}
          color="red"
          onClick={() => onChange(undefined)}
        >
          <IconTrash size={16} aria-hidden />
        </IconButton>
      </Group>
      {parts.map((part, index) => (
        <ConditionEditor
          key={index}
          path={partPath(path, condition, index)}
          condition={part}
          depth={depth + 1}
          onChange={(next) => set(replaced(parts, index, next))}
        />
      ))}
      <Group gap="xs">
        <Button
          variant="subtle"
          size="compact-sm"
          leftSection={<IconPlus size={14} aria-hidden />}
          onClick={() => set([...parts, empty])}
        >
          Condition
        </Button>
        {depth < MAX_DEPTH && (
          <Button
            variant="subtle"
            size="compact-sm"
            leftSection={<IconPlus size={14} aria-hidden />}
            onClick={() => set([...parts, kind === 'any' ? { all: [empty] } : { any: [empty] }])}
          >
            Group
          </Button>
        )}
      </Group>
    </fieldset>
  )
}

function TooDeep({ condition, onRemove }: { condition: DraftCondition; onRemove: () => void }) {
  return (
    <Group gap="xs" wrap="nowrap" align="flex-start">
      <div style={{ minWidth: 0, flex: 1 }}>
        <Text size="xs" c="dimmed">
          Nested too deep for the form; edit it in the JSON view.
        </Text>
        <Code block>{JSON.stringify(condition)}</Code>
      </div>
      <IconButton label="Remove this group" color="red" onClick={onRemove}>
        <IconTrash size={16} aria-hidden />
      </IconButton>
    </Group>
  )
}

const empty: DraftCondition = { field: 'label', is: '' }

/** A single comparison is shown as a group of one, so that others can be added. */
function asGroup(condition: DraftCondition): DraftCondition {
  return 'field' in condition ? { all: [condition] } : condition
}

function kindOf(text: string): GroupKind {
  return text === 'any' || text === 'not' ? text : 'all'
}
