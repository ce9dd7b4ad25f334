import { NativeSelect, Select, Switch, TagsInput, TextInput, Textarea, MultiSelect } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { DocumentType } from '#schema/document.ts'
import { meQuery } from '../api/access.ts'
import { usePeople } from '../api/people.ts'
import { typeNames } from '../ui/document-types.ts'
import type { Draft } from './draft.ts'
import { useEditor, useField } from './editor-context.ts'
import { PageList } from './page-list.tsx'
import { Section } from './section.tsx'

export type Settings = { enabled: boolean; owner: string | undefined; ownerName: string | undefined }
type GeneralSectionProps = { settings: Settings; onSettings: (settings: Settings) => void }

/** Name, whether it works, in whose name, and which pages it is for. */
export function GeneralSection({ settings, onSettings }: GeneralSectionProps) {
  const { draft, change } = useEditor()
  return (
    <Section title="General">
      <TextInput
        label="Name"
        required
        autoComplete="off"
        maxLength={100}
        {...useField('name')}
        value={draft.name}
        onChange={({ currentTarget: { value } }) => change((present) => ({ ...present, name: value }))}
      />
      <Textarea
        label="Description"
        autosize
        minRows={1}
        maxRows={6}
        {...useField('description')}
        value={draft.description ?? ''}
        onChange={({ currentTarget: { value } }) =>
          change((present) => ({ ...present, description: value === '' ? undefined : value }))
        }
      />
      <Switch
        label="Enabled"
        description="Off: nothing is started, and pages keep the status they have. A dry run works in both cases."
        checked={settings.enabled}
        onChange={({ currentTarget: { checked } }) => onSettings({ ...settings, enabled: checked })}
      />
      <OwnerField settings={settings} onSettings={onSettings} />
      <AppliesTo />
    </Section>
  )
}

function OwnerField({ settings, onSettings }: GeneralSectionProps) {
  const { scope } = useEditor()
  const { data: me } = useQuery(meQuery)
  const { users } = usePeople(scope)
  const isAdmin = me?.user.role === 'admin'
  const choices = isAdmin ? users : users.filter(({ value }) => value === me?.user.id)
  const { owner, ownerName } = settings
  const missing = owner === undefined || choices.some(({ value }) => value === owner)
  return (
    <Select
      label="Owner"
      description="What no person causes (a sync, an expiry, a schedule) runs in this person’s name."
      placeholder="Nobody: choose somebody"
      searchable
      limit={50}
      allowDeselect={false}
      nothingFoundMessage="Nobody is called so."
      data={missing ? choices : [{ value: owner, label: ownerName ?? 'Somebody who is gone' }, ...choices]}
      value={owner ?? null}
      onChange={(value) =>
        onSettings({
          ...settings,
          owner: value ?? undefined,
          ownerName: choices.find((choice) => choice.value === value)?.label,
        })
      }
    />
  )
}

function AppliesTo() {
  const { draft, change } = useEditor()
  const applies = draft.appliesTo ?? {}
  const set = (next: NonNullable<Draft['appliesTo']>) => {
    const isEmpty = Object.values(next).every((value) => value === undefined)
    change((present) => ({ ...present, appliesTo: isEmpty ? undefined : next }))
  }
  return (
    <>
      <MultiSelect
        searchable
        label="Applies to types"
        placeholder={applies.types === undefined ? 'All types' : ''}
        data={DocumentType.options.map((value) => ({ value, label: typeNames[value] }))}
        {...useField('appliesTo.types', true)}
        value={applies.types ?? []}
        onChange={(types) => set({ ...applies, types: filled(types.map((type) => DocumentType.parse(type))) })}
      />
      <TagsInput
        label="With one of these labels"
        placeholder={applies.labels === undefined ? 'With or without labels' : ''}
        {...useField('appliesTo.labels', true)}
        value={applies.labels ?? []}
        onChange={(labels) => set({ ...applies, labels: filled(labels) })}
      />
      <PageList
        label="In the branches below"
        path="appliesTo.trees"
        ids={applies.trees ?? []}
        onChange={(trees) => set({ ...applies, trees: filled(trees) })}
      />
    </>
  )
}

/** An empty list says nothing, so that it is left out. */
function filled<T>(list: T[]): T[] | undefined {
  return list.length === 0 ? undefined : list
}

/** What an edit of a page's text does to its status. */
export function EditSection() {
  const { draft, change } = useEditor()
  const statuses = draft.statuses ?? []
  const field = useField('onEdit')
  if (statuses.length === 0) return null
  return (
    <Section
      title="What an edit does"
      lead="When somebody edits a page’s text. Approvals belong to a version: they are void then in any case."
    >
      <NativeSelect
        label="The page"
        {...field}
        value={draft.onEdit ?? ''}
        data={[
          { value: '', label: 'stays in its status' },
          ...statuses.map(({ id, name }) => ({
            value: id,
            label: `goes ${id === draft.initial ? 'back ' : ''}to ${name === '' ? id : name}`,
          })),
        ]}
        onChange={({ currentTarget: { value } }) =>
          change((present) => ({ ...present, onEdit: value === '' ? undefined : value }))
        }
      />
    </Section>
  )
}
