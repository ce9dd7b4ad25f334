import { Card, Group, SimpleGrid, Stack, Text, ThemeIcon, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { IconArrowsSplit2, IconBolt, IconFile, IconUpload } from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import type { WorkflowDetail } from '#schema/workflow-api.ts'
import { meQuery } from '../api/access.ts'
import { ButtonLink, TextLink } from '../ui/link.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { type Reading, readDraft } from './draft.ts'
import { Editor } from './editor.tsx'
import { ImportForm } from './import-form.tsx'
import { NewWorkflowSearch, type StartName, usePlace } from './place.ts'
import { SigningDialog } from './signing-dialog.tsx'
import { starts } from './starts.ts'
import { namesOfActions } from './words.ts'

/** Where a workflow begins: a choice of starts, then the editor. */
export function NewWorkflow() {
  const { start } = NewWorkflowSearch.parse(useSearch({ strict: false }))
  const { list } = usePlace()
  const [imported, setImported] = useState<string>()
  return (
    <>
      <PageHeader
        title="Create workflow"
        above={
          <TextLink {...list} size="sm">
            ‹ Workflows
          </TextLink>
        }
        lead={start === undefined ? 'How do you want to begin? Everything can be changed afterwards.' : undefined}
      />
      {start === undefined && <Starts />}
      {start === 'import' && imported === undefined && <ImportForm onRead={setImported} />}
      {start === 'import' && imported !== undefined && <Begin reading={readDraft(imported)} text={imported} />}
      {start !== undefined && start !== 'import' && (
        <Begin key={start} reading={{ draft: starts[start].draft }} text="" />
      )}
    </>
  )
}

const icons: Record<StartName, ReactNode> = {
  approval: <IconArrowsSplit2 />,
  automation: <IconBolt />,
  scratch: <IconFile />,
  import: <IconUpload />,
}

function Starts() {
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }}>
      <StartCard name="approval" {...starts.approval} />
      <StartCard name="automation" {...starts.automation} />
      <StartCard name="scratch" {...starts.scratch} />
      <StartCard
        name="import"
        title="Import JSON"
        says="A definition that was exported here or elsewhere, as a file or as text."
      />
    </SimpleGrid>
  )
}

function StartCard({ name, title, says }: { name: StartName; title: string; says: string }) {
  const place = usePlace()
  return (
    <Card withBorder radius="lg" padding="lg">
      <Stack gap="sm" h="100%" justify="space-between">
        <Stack gap="xs">
          <Group gap="sm" wrap="nowrap">
            <ThemeIcon variant="light" size={38} radius="md" aria-hidden>
              {icons[name]}
            </ThemeIcon>
            <Title order={2} size="h4">
              {title}
            </Title>
          </Group>
          <Text size="sm" c="dimmed">
            {says}
          </Text>
        </Stack>
        <div>
          <ButtonLink {...place.new(name)} variant="light" aria-label={`Begin: ${title}`}>
            Begin
          </ButtonLink>
        </div>
      </Stack>
    </Card>
  )
}

/** The editor of a workflow that is not saved yet; once it is, its secrets are shown, then it moves to its own address. */
function Begin({ reading, text }: { reading: Reading; text: string }) {
  const { scope, goToEditor } = usePlace()
  const { data: me } = useQuery(meQuery)
  const [made, setMade] = useState<WorkflowDetail>()

  function onSaved(detail: WorkflowDetail): void {
    if ((detail.signing ?? []).length === 0) goToEditor(detail.id)
    else setMade(detail)
  }

  if (me == null) return null
  if (made !== undefined) {
    return (
      <SigningDialog
        secrets={made.signing ?? []}
        actionNames={namesOfActions(made.definition)}
        onClose={() => goToEditor(made.id)}
      />
    )
  }
  return (
    <Editor
      scope={scope}
      saved={undefined}
      start={'draft' in reading ? reading.draft : starts.scratch.draft}
      unread={'fault' in reading ? text : undefined}
      settings={{ enabled: false, owner: me.user.id, ownerName: me.user.name }}
      onSaved={onSaved}
      onReload={() => undefined}
    />
  )
}
