import { Card, Stack, Text, Title } from '@mantine/core'
import { count } from '../ui/format.ts'
import { Diagram } from './diagram.tsx'
import classes from './editor.module.css'
import { useEditor } from './editor-context.ts'
import { FaultList } from './fault-list.tsx'
import { EditSection, GeneralSection, type Settings } from './general-section.tsx'
import { StatusesSection } from './statuses-section.tsx'
import { TransitionsSection } from './transitions-section.tsx'
import { TriggersSection } from './triggers-section.tsx'

type FormViewProps = { settings: Settings; onSettings: (settings: Settings) => void; pages: number | null }

/** The form, and beside it what it draws. */
export function FormView({ settings, onSettings, pages }: FormViewProps) {
  return (
    <div className={classes.columns}>
      <Stack gap="md" className={classes.form}>
        <GeneralSection settings={settings} onSettings={onSettings} />
        <StatusesSection />
        <EditSection />
        <TransitionsSection />
        <TriggersSection />
      </Stack>
      <Overview pages={pages} asLinks />
    </div>
  )
}

/** Beside the definition: what it draws, and what is wrong with it. */
export function Overview({ pages, asLinks }: { pages: number | null; asLinks: boolean }) {
  return (
    <aside className={classes.side} aria-label="Overview">
      <Stack gap="md">
        <DiagramCard pages={pages} />
        <FaultList asLinks={asLinks} />
      </Stack>
    </aside>
  )
}

/** The diagram with how many pages it is about. */
function DiagramCard({ pages }: { pages: number | null }) {
  const { draft, show } = useEditor()
  return (
    <Card withBorder radius="lg" padding="md">
      <Title order={2} size="h4" mb="xs">
        Diagram
      </Title>
      <Diagram draft={draft} onSelect={show} />
      {(draft.statuses ?? []).length > 0 && (
        <Text size="xs" c="dimmed" mt="xs">
          Choose a status or an arrow to see its fields. Dashed: needs approvals.
          {pages !== null && ` Applies to ${count(pages, 'page')} now.`}
        </Text>
      )}
    </Card>
  )
}
