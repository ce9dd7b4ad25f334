import { Button, Group, NativeSelect, Select } from '@mantine/core'
import { useState } from 'react'
import { type Grants, Level } from '#schema/credential.ts'
import { usePeople } from '../api/people.ts'
import { levelNames, levels } from './words.ts'

type GrantRow = Grants['grants'][number]
type AddGrantProps = { scope: string; granted: readonly GrantRow[]; onAdd: (grant: GrantRow) => void }

/** Chooses a person, a group or everyone, and a level. */
export function AddGrant({ scope, granted, onAdd }: AddGrantProps) {
  const { users, groups, note } = usePeople(scope)
  const [principal, setPrincipal] = useState<string | null>(null)
  const [level, setLevel] = useState<Level>('use')
  const everyone = { value: 'everyone', label: scope === 'global' ? 'Everyone' : 'Everyone in the space', name: null }
  const choices = [
    everyone,
    ...groups.map(({ value, label }) => ({ value: `group:${value}`, label: `${label} (group)`, name: label })),
    ...users.map(({ value, label }) => ({ value: `user:${value}`, label, name: label })),
  ].filter(({ value }) => !granted.some((grant) => grant.principal === value))

  function add(): void {
    const chosen = choices.find(({ value }) => value === principal)
    if (chosen === undefined) return
    onAdd({ principal: chosen.value, level, name: chosen.name })
    setPrincipal(null)
  }

  return (
    <Group align="flex-end" gap="sm">
      <Select
        label="Give to"
        description={note}
        placeholder="Person, group or everyone"
        style={{ flex: '1 1 220px' }}
        data={choices.map(({ value, label }) => ({ value, label }))}
        searchable
        limit={50}
        nothingFoundMessage="Nobody is called so."
        value={principal}
        onChange={setPrincipal}
      />
      <NativeSelect
        label="Level"
        value={level}
        data={levels.map((value) => ({ value, label: levelNames[value] }))}
        onChange={(event) => setLevel(Level.parse(event.currentTarget.value))}
      />
      <Button variant="default" onClick={add}>
        Add
      </Button>
    </Group>
  )
}
